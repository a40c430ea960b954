"""The command line: the browser runtime, the list of files, the development server.

It treats everything else as files and imports only the standard library, so that it works even if
the code that it packs is broken. For the same reason, set-up runs its modules by path.
"""
