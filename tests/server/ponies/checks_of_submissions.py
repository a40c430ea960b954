"""What the server does with the key of a submission, asked with Django's test client; `test_submissions.py` runs these."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory, TestCase, override_settings
from django.utils import timezone
from django.views.generic import CreateView
from ponies.models import Parcel, Stable

from clientforms.server import submissions
from clientforms.server.models import Submission
from clientforms.server.submissions import owner_of
from clientforms.server.views import ClientFormMixin, once, respond

KEY = "0123456789abcdef0123"


def file(content=b"12345"):
    return SimpleUploadedFile("a.txt", content, "text/plain")


class Elsewhere:
    """A router that stores stables in a database of their own."""

    def db_for_write(self, model, **hints):
        return "other" if model is Stable else None


class Sending(TestCase):
    """Sends parcels with a key."""

    def send(self, path="/parcel/", key=KEY, client=None, headers=None, **data):
        sent = {"accept": "application/json", "Idempotency-Key": key, **(headers or {})}
        return (client or self.client).post(path, data, headers=sent)


class SubmissionChecks(Sending):
    def test_a_retry_gets_the_first_answer_and_saves_nothing(self):
        for path in ("/parcel/", "/parcel/function/"):
            Parcel.objects.all().delete()
            Submission.objects.all().delete()
            first = self.send(path, title="Tea", content=file())
            assert first.status_code == 201, first.content
            assert first["Idempotency-Key"] == KEY
            again = self.send(path, title="Tea", content=file())  # the title is not unique any more
            assert (again.status_code, again.json()) == (201, first.json())
            assert again["Idempotency-Key"] == KEY
            assert Parcel.objects.get().title == "Tea"
            assert Submission.objects.count() == 1

    def test_the_token_may_be_another_when_it_comes_again(self):
        self.send(title="Tea", csrfmiddlewaretoken="a")
        assert self.send(title="Tea", csrfmiddlewaretoken="b").status_code == 201

    def test_other_content_under_the_same_key_is_refused_and_written_down(self):
        self.send(title="Tea", content=file())
        others = (
            {"title": "Salt", "content": file()},
            {"title": "Tea"},
            {"title": "Tea", "content": file(b"54321")},
            {"title": "Tea", "content": file(), "more": "1"},
        )
        for other in others:
            with self.assertLogs("clientforms.server", "WARNING") as said:
                response = self.send(**other)
            assert response.status_code == 409
            assert response.json()["code"] == "replayed"
            assert "already saved" in response.json()["message"]
            assert len(said.output) == 1
            assert "different content" in said.output[0]
        assert Parcel.objects.count() == 1

    def test_a_key_counts_for_one_address(self):
        self.send(title="Tea")
        with self.assertLogs("clientforms.server", "WARNING"):
            assert self.send("/parcel/function/", title="Tea").status_code == 409

    def test_errors_use_no_key_up(self):
        self.send(title="Tea", key="another-key-0123456789")
        response = self.send(title="Tea")
        assert response.status_code == 422
        assert response["Idempotency-Key"] == KEY
        assert self.send(title="Bomb").status_code == 403
        assert Submission.objects.count() == 1
        assert self.send(title="Salt").status_code == 201
        assert Parcel.objects.count() == 2

    def test_a_view_that_fails_leaves_neither_key_nor_object(self):
        self.client.raise_request_exception = False
        with self.assertLogs("django.request", "ERROR"):
            assert self.send(title="Egg").status_code == 500
        assert not Parcel.objects.exists()
        assert not Submission.objects.exists()

    def test_a_redirect_of_a_function_view_is_an_answer(self):
        response = self.send("/parcel/function/", title="Elsewhere")
        assert response.json() == {"valid": True, "redirect": "/", "messages": []}
        again = self.send("/parcel/function/", title="Elsewhere")
        assert again.json() == response.json()
        assert Parcel.objects.count() == 1

    def test_without_a_key_everything_is_as_before(self):
        with self.assertNumQueries(4):  # is it unique, and INSERT in a transaction
            response = self.client.post(
                "/parcel/", {"title": "Tea"}, headers={"accept": "application/json"}
            )
        assert response.status_code == 201
        assert "Idempotency-Key" not in response
        assert not Submission.objects.exists()

    def test_a_page_of_its_own_is_not_what_a_key_is_for(self):
        response = self.client.post("/parcel/", {"title": "Tea"}, headers={"Idempotency-Key": KEY})
        self.assertRedirects(response, "/parcel/", fetch_redirect_response=False)
        assert not Submission.objects.exists()

    def test_a_key_that_is_none_is_refused(self):
        for key in ("short", "x" * 65, "with spaces in it 0123", "'; drop table--0123456"):
            with self.assertLogs("clientforms.server", "WARNING"):
                response = self.send(title="Tea", key=key)
            assert response.status_code == 400
            assert response.json()["code"] == "key"
        assert not Parcel.objects.exists()


class ConflictChecks(Sending):
    """What if the database finds something that validation did not?"""

    def setUp(self):
        Parcel.objects.create(title="Tea")

    def test_a_function_view_is_asked_again(self):
        asked = []

        class LateForm(forms.ModelForm):
            """As if the other request were at work while this one is validated for the first time."""

            class Meta:
                model = Parcel
                fields = ["title"]

            def validate_unique(self):
                asked.append(self.data["title"])
                if len(asked) > 1:
                    super().validate_unique()

        @once
        def view(request):
            Stable.objects.create(name="Barn")
            form = LateForm(request.POST)
            if form.is_valid():
                form.save()
            return respond(request, form)

        response = view(self.request(title="Tea"))
        assert response.status_code == 422
        errors = json.loads(response.content)["errors"][0]["errors"]
        assert [each["code"] for each in errors["title"]] == ["unique"]
        assert asked == ["Tea", "Tea"]
        assert Stable.objects.count() == 1  # the first attempt left nothing
        assert not Submission.objects.exists()

    def test_what_validation_does_not_find_is_an_error_as_ever(self):
        asked = []

        class TitleView(ClientFormMixin, CreateView):
            model = Parcel
            fields = ["sender"]
            success_url = "/"

            def form_valid(self, form):
                asked.append(form.cleaned_data["sender"])
                form.instance.title = "Tea"
                return super().form_valid(form)

        for view in (TitleView.as_view(), once(TitleView.as_view())):
            asked.clear()
            with pytest.raises(IntegrityError):
                view(self.request(sender="ada"))
        assert Parcel.objects.count() == 1
        assert not Submission.objects.exists()

    def test_a_view_may_catch_it_itself(self):
        class TitleView(ClientFormMixin, CreateView):
            model = Parcel
            fields = ["sender"]
            success_url = "/"

            def form_valid(self, form):
                form.instance.title = "Tea"
                try:
                    return super().form_valid(form)
                except IntegrityError:
                    form.add_error("sender", "Too late.")
                    return self.form_invalid(form)

        response = TitleView.as_view()(self.request(sender="ada"))
        assert response.status_code == 422
        assert b"Too late." in response.content

    def request(self, **data):
        headers = {"accept": "application/json", "Idempotency-Key": KEY}
        return RequestFactory().post("/", data, headers=headers)


class OwnerChecks(Sending):
    def setUp(self):
        self.ada = User.objects.create(username="ada")
        self.bob = User.objects.create(username="bob")

    def header(self, user):
        class Request:
            pass

        request = Request()
        request.user = user
        return {"X-Clientforms-User": owner_of(request)}

    def test_what_somebody_wrote_waits_until_they_are_logged_in(self):
        headers = self.header(self.ada)
        for user in (None, self.bob):
            client = Client()
            if user:
                client.force_login(user)
            with self.assertLogs("clientforms.server", "WARNING"):
                response = self.send(client=client, headers=headers, title="Tea")
            assert response.status_code == 401
            assert response.json()["login"] == "/accounts/login/"
        assert not Parcel.objects.exists()
        self.client.force_login(self.ada)
        assert self.send(headers=headers, title="Tea").status_code == 201
        assert Parcel.objects.get().sender == "ada"

    def test_nobody_gets_the_answer_of_another(self):
        self.client.force_login(self.ada)
        self.send(title="Tea")
        for user in (None, self.bob):
            client = Client()
            if user:
                client.force_login(user)
            with self.assertLogs("clientforms.server", "WARNING"):
                response = self.send(client=client, title="Tea")
            assert response.status_code == 409
            assert "redirect" not in response.json()

    def test_what_nobody_in_particular_wrote_can_be_sent_after_a_log_in(self):
        self.send(title="Tea")
        self.client.force_login(self.ada)
        assert self.send(title="Tea").status_code == 201
        assert Parcel.objects.count() == 1

    def test_a_page_knows_whose_it_is_and_whether_its_view_heeds_keys(self):
        self.assertNotContains(self.client.get("/parcel/"), "data-user")
        self.client.force_login(self.ada)
        page = self.client.get("/parcel/mine/")
        self.assertContains(page, f'data-user="{self.header(self.ada)["X-Clientforms-User"]}"')
        for path in ("/parcel/", "/parcel/function/", "/parcel/mine/"):
            self.assertContains(self.client.get(path), 'data-once="yes"')
        self.assertNotContains(self.client.get("/parcel/unheeding/"), "data-once")


class SetupChecks(Sending):
    def test_a_view_that_heeds_no_key_is_written_down(self):
        with self.assertLogs("clientforms.server", "ERROR") as said:
            response = self.send("/parcel/unheeding/", title="Tea")
        assert "/parcel/unheeding/" in said.output[0]
        assert "once" in said.output[0]
        assert "Idempotency-Key" not in response

    def test_without_the_table_nothing_is_saved_and_the_remedy_is_said(self):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {Submission._meta.db_table}")
        submissions._is_there = False
        with self.assertLogs("clientforms.server", "ERROR") as said:
            response = self.send(title="Tea")
        assert response.status_code == 500
        assert response.json()["code"] == "outbox"
        assert "manage.py migrate" in response.json()["message"]
        assert "manage.py migrate" in said.output[0]
        assert not Parcel.objects.exists()
        self.assertContains(self.client.get("/parcel/"), 'data-once="no-table"')

    @override_settings(DATABASE_ROUTERS=["ponies.checks_of_submissions.Elsewhere"])
    def test_objects_of_another_database_are_refused(self):
        Stable.objects.using("default").create(name="Barn", pk=1)
        with self.assertRaisesMessage(ImproperlyConfigured, "one transaction"):
            self.send("/new/", name="Byre", **{"ponies-TOTAL_FORMS": 0, "ponies-INITIAL_FORMS": 0})

    def test_the_migration_makes_what_the_model_says(self):
        call_command("makemigrations", "clientforms", "--check", "--dry-run", verbosity=0)

    def test_old_ones_are_deleted(self):
        self.send(title="Tea")
        self.send(title="Salt", key="another-key-0123456789")
        long_ago = timezone.now() - timedelta(days=31)
        Submission.objects.filter(key=KEY).update(created=long_ago)
        said = StringIO()
        call_command("clientforms_clear_submissions", stdout=said)
        assert said.getvalue() == "0 deleted.\n"
        call_command("clientforms_clear_submissions", "--days", "30", stdout=said)
        assert Submission.objects.get().key == "another-key-0123456789"
        with pytest.raises(CommandError):
            call_command("clientforms_clear_submissions", "--days", "0")
