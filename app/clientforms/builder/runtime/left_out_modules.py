"""Name the modules in C that the interpreter of most pages does without."""

from __future__ import annotations

__all__ = ["CODECS", "FROZEN", "LEFT_OUT", "LIBRARIES", "WHOLE"]

WHOLE = "whole"
"""The folder in the runtime with the interpreter that has every module, and what belongs to it."""

CODECS = {
    "_codecs_cn": "gb2312 gbk gb18030 hz",
    "_codecs_hk": "big5hkscs",
    "_codecs_iso2022": "iso2022_jp iso2022_kr",
    "_codecs_jp": "shift_jis cp932 euc_jp",
    "_codecs_kr": "cp949 euc_kr johab",
    "_codecs_tw": "big5 cp950",
}
"""Modules of encodings for Chinese, Japanese and Korean, with the names that such encodings begin with."""

LEFT_OUT = {
    **dict.fromkeys((*CODECS, "_multibytecodec"), "encodings"),
    "_ctypes": "ctypes",
    "_elementtree": "xml.etree.ElementTree",
    "_remote_debugging": "asyncio.tools",
    "_sqlite3": "sqlite3",
    "_testbuffer": "test",
    "_testcapi": "test",
    "_testclinic": "test",
    "_testinternalcapi": "test",
    "_testlimitedcapi": "test",
    "mmap": "mmap",
    "pyexpat": "xml.parsers.expat",
    "xxsubtype": "test",
}
"""Modules that nothing in a page of forms imports, with the module that authors import for them.

They are large, or nobody imports them. No snapshot for forms may have one.
"""

LIBRARIES = {
    "_ctypes": ("ffi_prep_cif", "hiwire_intern"),
    "_sqlite3": ("sqlite3_status64", "FSE_versionNumber"),
}
"""Libraries that only these modules call: the first function that they export, and the first behind them."""

FROZEN = (
    "_collections_abc",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "site",
    "stat",
    "zipimport",
)
"""Modules whose code is part of the interpreter, and which each snapshot has imported."""
