from django.urls import path

from . import views

urlpatterns = [
    path("", views.BookList.as_view(), name="books"),
    path("add/", views.AddBook.as_view(), name="add_book"),
    path("number/<int:pk>/", views.BookByNumber.as_view()),
    path("number/<int:pk>/changed/", views.changed),
    path("genre/<name>/", views.GenreBooks.as_view(), name="genre"),
    path("old/<slug:slug>/", views.Old.as_view()),
    path("authors/", views.authors, name="authors"),
    path("authors/add/", views.AddAuthor.as_view(), name="add_author"),
    path("authors/<int:pk>/", views.AuthorDetail.as_view(), name="author"),
    path("authors/<int:pk>/books/", views.AuthorBooks.as_view(), name="author_books"),
    path("authors/<int:pk>/change/", views.ChangeAuthor.as_view()),
    path("authors/<int:pk>/remove/", views.RemoveAuthor.as_view()),
    path("loans/add/", views.AddLoan.as_view(), name="lend"),
    path("wish/", views.Wish.as_view()),
    path("wished/", views.Wished.as_view(), name="wished"),
    path("wish/function/", views.wish),
    path("two-forms/", views.two_forms),
    path("typed/", views.typed),
    path("traces/", views.traces),
    path("all-at-once/", views.book_with_pages),
    path("<slug:slug>/", views.BookDetail.as_view(), name="book"),
    path("<slug:slug>/change/", views.ChangeBook.as_view(), name="change_book"),
    path("<slug:slug>/remove/", views.RemoveBook.as_view(), name="remove_book"),
    path("<slug:slug>/genres/", views.set_genres),
    path("<slug:slug>/pages/", views.pages, name="pages"),
    path("<slug:slug>/pages/order/", views.ordered_pages),
]
