from django.contrib.auth import views
from django.urls import path

from . import accounts

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("sign-up/", accounts.SignUp.as_view(), name="sign_up"),
    path("profile/", accounts.Profile.as_view(), name="profile"),
    path("lend/", accounts.Lend.as_view()),
    path("lend/function/", accounts.lend),
    path("staff/", accounts.staff),
    path("named-head/", accounts.NamedHead.as_view()),
    path("mine/", accounts.Mine.as_view(), name="mine"),
    path("mine/<int:pk>/", accounts.MyBook.as_view(), name="my_book"),
]
