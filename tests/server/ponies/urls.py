from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.urls import path
from ponies import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/login/", LoginView.as_view(template_name="ponies/login.html"), name="login"),
    path("", views.stables, name="stables"),
    path("new/", views.StableCreate.as_view(), name="new"),
    path("more/", views.StableMore.as_view(), name="more"),
    path("<int:pk>/", views.StableUpdate.as_view(), name="stable"),
    path("<int:pk>/delete/", views.StableDelete.as_view(), name="delete"),
    path("<int:pk>/rename/", views.rename, name="rename"),
    path("<int:pk>/toggle/", views.toggle, name="toggle"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/move/", views.move, name="move"),
    path("restore/<str:name>/", views.restore, name="restore"),
    path("letter/", views.LetterView.as_view(), name="letter"),
    path("guarded/", login_required(views.LetterView.as_view()), name="guarded"),
    path("parcel/", views.ParcelCreate.as_view(), name="parcel"),
    path("parcels/", views.parcels, name="parcels"),
    path("parcel/function/", views.parcel, name="parcel-function"),
    path("parcel/unheeding/", views.unheeding, name="parcel-unheeding"),
    path("parcel/mine/", views.ParcelMine.as_view(), name="parcel-mine"),
    path("plain/", views.plain, name="plain"),
]
