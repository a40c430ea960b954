from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.generic import RedirectView

from . import files, sessions, views

urlpatterns = [
    path("middle/", views.middle, name="middle"),
    # messages
    path("messages/", views.say_all),
    path("messages/later/", views.say_later),
    path("messages/none/", views.show_none),
    # CSRF
    path("csrf/", views.csrf),
    path("csrf/exempt/", views.exempt),
    # redirects
    path("redirects/", views.redirects),
    path("hop/<int:left>/", views.hop, name="hop"),
    path("permanent/", RedirectView.as_view(url="/desk/arrived/?by=permanent", permanent=True)),
    path("relative/deep/", views.relative),
    path("fragment/", views.to_fragment),
    path("see-other/", views.see_other),
    path("same-method/", views.same_method),
    path("arrived/", views.arrived, name="arrived"),
    path("slash/", views.arrived),
    # requests and answers
    path("query/", views.query),
    path("post/", views.posted),
    path("modules/", views.modules),
    path("only-get/", views.only_get),
    path("only-post/", views.only_post),
    path("listed/", views.Listed.as_view()),
    path("status/<int:code>/", views.status),
    path("raise/<name>/", views.raising),
    path("json/", views.json),
    path("echo/", views.echo),
    path("text/", views.text),
    path("async/", views.in_async),
    path("meta/", views.meta),
    path("fresh/", views.fresh),
    path("cookies/", views.cookies),
    path("cookies/show/", views.show_cookies),
    # caches, languages, times
    path("cached/", cache_page(60)(views.stamped)),
    path("cache/", views.cached),
    path("cached-part/", views.cached_part),
    path("formats/", views.formats),
    path("page-words/", views.page_words),
    path("times/", views.times),
    path("markup/", views.markup),
    path("assets/", views.assets),
    # sessions
    path("session/count/", sessions.count),
    path("session/flush/", sessions.flush),
    path("session/expiry/", sessions.expiry),
    path("session/cycle/", sessions.cycle),
    path("session/store/", sessions.store),
    path("wizard/", sessions.wizard),
    path("wizard/<int:step>/", sessions.wizard, name="wizard"),
    # files
    path("files/", files.links),
    path("files/upload/", files.upload),
    path("files/attach/", files.attach, name="attach"),
    path("files/import/", files.read_csv),
    path("files/csv/", files.csv_file),
    path("files/stream/", files.stream),
    path("files/streamed-page/", files.streamed_page),
    path("files/response/", files.file_response),
    path("files/named/", files.named),
    path("files/bytes/", files.some_bytes),
]
