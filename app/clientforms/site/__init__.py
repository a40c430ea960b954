"""Django itself in the page: views, URLs, a database, messages and the admin, without a server.

Only pages that `clientforms build-site` builds have this package.
"""
