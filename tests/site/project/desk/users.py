from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User

PASSWORD = "open sesame"


def add_users():
    """Add a reader, a librarian who may lend books, and a superuser."""
    password = make_password(PASSWORD)
    User.objects.create(username="reader", password=password)
    librarian = User.objects.create(username="librarian", password=password, is_staff=True)
    User.objects.create(username="head", password=password, is_staff=True, is_superuser=True)
    lenders = Group.objects.create(name="lenders")
    lenders.permissions.add(Permission.objects.get(codename="lend_book"))
    librarian.groups.add(lenders)
