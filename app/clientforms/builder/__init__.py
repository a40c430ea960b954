"""The command line: the browser runtime, the list of files, the development server.

It treats everything else as files and imports nothing but the standard library, so that it works
while the code it packs does not. For the same reason set-up runs its modules by path.
"""
