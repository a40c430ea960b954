"""What the views answer, asked with Django's test client; `tests/server/test_views.py` runs these."""

from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase, override_settings
from django.urls import reverse
from ponies.models import Pony, Stable

JSON = {"accept": "application/json"}
FOLLOW = {**JSON, "X-Clientforms": "follow"}


def rows(*ponies, initial=0):
    """Return what a page posts of the formset with these ponies, each a name and an age."""
    posted = {"ponies-TOTAL_FORMS": len(ponies), "ponies-INITIAL_FORMS": initial}
    for index, (name, age) in enumerate(ponies):
        posted |= {f"ponies-{index}-name": name, f"ponies-{index}-age": age}
    return posted


class CreateChecks(TestCase):
    def test_what_is_created_is_answered_with_201_and_where_to_go(self):
        data = {"name": "Barn", **rows(("Ada", 3), ("Bo", 4))}
        response = self.client.post("/new/", data, headers=JSON)
        stable = Stable.objects.get()
        assert response.status_code == 201
        answer = response.json()
        assert answer["redirect"] == stable.get_absolute_url()
        assert answer["data"] == {"pk": stable.pk}
        assert [each["message"] for each in answer["messages"]] == ["Barn is built."]
        assert answer["messages"][0]["level_tag"] == "success"
        assert [pony.name for pony in stable.ponies.all()] == ["Ada", "Bo"]

    def test_a_page_that_goes_on_finds_the_messages_there(self):
        response = self.client.post("/new/", {"name": "Barn", **rows()}, headers=FOLLOW)
        assert response.json()["messages"] == []
        self.client.force_login(User.objects.create(username="ada"))
        self.assertContains(self.client.get("/1/"), "Barn is built.")

    def test_all_errors_are_answered_with_their_codes(self):
        Stable.objects.create(name="Barn")
        data = {"name": "Barn", **rows(("Ada", 3), ("", 4), ("Ada", 5))}
        response = self.client.post("/new/", data, headers=JSON)
        assert response.status_code == 422
        assert response["Content-Type"] == "application/json"
        form, ponies = response.json()["errors"]
        assert form["prefix"] == ""
        assert form["errors"]["name"][0]["code"] == "unique"
        assert ponies["prefix"] == "ponies"
        assert ponies["forms"][0] == {}
        assert ponies["forms"][1]["name"][0]["code"] == "required"
        assert "__all__" in ponies["forms"][2]
        assert "duplicate" in ponies["non_form_errors"][0]["message"]
        assert not Pony.objects.exists()

    def test_everybody_else_gets_pages(self):
        Stable.objects.create(name="Barn")
        response = self.client.post("/new/", {"name": "Barn", **rows(("", 3))})
        assert response.status_code == 200
        self.assertContains(response, "Stable with this Name already exists.")
        self.assertContains(response, "This field is required.")
        assert response["Vary"] == "Accept, Cookie"
        response = self.client.post("/new/", {"name": "Byre", **rows(("Ada", 3))})
        self.assertRedirects(
            response,
            Stable.objects.get(name="Byre").get_absolute_url(),
            fetch_redirect_response=False,
        )
        assert Pony.objects.get().stable.name == "Byre"

    def test_nothing_is_saved_of_what_is_valid_beside_an_error(self):
        data = {"name": "Barn", **rows(("Ada", "old"))}
        assert self.client.post("/new/", data, headers=JSON).status_code == 422
        assert not Stable.objects.exists()

    def test_a_formset_with_false_counts_is_refused(self):
        for total in ("", "many", "99999"):
            data = {"name": "Barn", "ponies-TOTAL_FORMS": total, "ponies-INITIAL_FORMS": "0"}
            response = self.client.post("/new/", data, headers=JSON)
            assert response.status_code == 422, total
            assert response.json()["errors"][1]["non_form_errors"], total
        assert not Stable.objects.exists()

    def test_the_page_has_the_formset(self):
        self.assertContains(self.client.get("/new/"), 'name="ponies-TOTAL_FORMS"')

    def test_a_fragment_has_blank_forms_after_something_was_created(self):
        data = {"name": "Barn", **rows(("Ada", 3))}
        answer = self.client.post("/more/", data, headers=FOLLOW).json()
        assert "Barn (1)" in answer["html"]
        assert 'value="Barn"' not in answer["html"]
        assert 'value="Ada"' not in answer["html"]
        assert 'name="ponies-INITIAL_FORMS" value="0"' in answer["html"]


class UpdateChecks(TestCase):
    def setUp(self):
        self.stable = Stable.objects.create(name="Barn")
        self.pony = Pony.objects.create(stable=self.stable, name="Ada", age=3)

    def posted(self, **changes):
        own = {"ponies-0-id": self.pony.pk, "ponies-0-stable": self.stable.pk}
        return {"name": "Barn", **rows(("Ada", 4), initial=1), **own, **changes}

    def test_what_is_changed_is_answered_with_200(self):
        self.client.force_login(User.objects.create(username="ada"))
        response = self.client.post("/1/", self.posted(), headers=JSON)
        assert response.status_code == 200
        self.pony.refresh_from_db()
        assert self.pony.age == 4

    def test_a_row_to_be_deleted_has_its_place_among_the_errors(self):
        self.client.force_login(User.objects.create(username="ada"))
        second = {"ponies-TOTAL_FORMS": 2, "ponies-1-name": "", "ponies-1-age": 1}
        response = self.client.post(
            "/1/", self.posted(**{"ponies-0-DELETE": "on"}, **second), headers=JSON
        )
        gone, wrong = response.json()["errors"][1]["forms"]
        assert gone == {}
        assert list(wrong) == ["name"]

    def test_who_is_not_logged_in_is_asked_to(self):
        response = self.client.post("/1/", self.posted(), headers=JSON)
        assert response.status_code == 401
        assert response.json()["code"] == "login"
        assert response.json()["login"] == "/accounts/login/"
        self.assertRedirects(self.client.post("/1/", self.posted()), "/accounts/login/?next=/1/")
        self.pony.refresh_from_db()
        assert self.pony.age == 3


class RowChecks(TestCase):
    """What a page that stays is told of the rows that were sent."""

    def setUp(self):
        self.stable = Stable.objects.create(name="Barn")
        self.pony = Pony.objects.create(stable=self.stable, name="Bo", age=3)
        self.client.force_login(User.objects.create(username="ada"))

    def send(self, url, **changes):
        rows = [
            {"id": self.pony.pk or "", "name": "Bo", "age": "3", "DELETE": "on"},
            {"id": "", "name": "Ada", "age": "4"},
            {"id": "", "name": "", "age": ""},
        ]
        data = {"name": "Barn", "ponies-TOTAL_FORMS": "3", "ponies-INITIAL_FORMS": "1", **changes}
        data |= {
            f"ponies-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()
        }
        return self.client.post(url, data, headers={**JSON, "X-Clientforms": "rows"})

    def test_it_is_told_which_are_stored_and_which_are_gone(self):
        answer = self.send(f"/{self.stable.pk}/").json()
        ada = Pony.objects.get()
        assert ada.name == "Ada"
        rows = [None, {"key": str(ada.pk)}, {}]
        assert answer["stored"] == [{"prefix": "ponies", "name": "id", "rows": rows}]

    def test_with_a_new_parent_it_goes_on(self):
        self.pony.delete()
        answer = self.send("/new/", **{"name": "Byre", "ponies-INITIAL_FORMS": "0"}).json()
        assert answer["redirect"]
        assert "stored" not in answer


class DeleteChecks(TestCase):
    def setUp(self):
        Stable.objects.create(name="Barn")
        self.user = User.objects.create(username="ada")
        self.client.force_login(self.user)

    def test_who_may_not_is_told_so(self):
        response = self.client.post("/1/delete/", headers=JSON)
        assert response.status_code == 403
        assert response.json()["code"] == "permission"
        assert "permission" in response.json()["message"]
        assert self.client.post("/1/delete/").status_code == 403
        assert Stable.objects.exists()

    def test_who_may_deletes(self):
        self.user.user_permissions.add(Permission.objects.get(codename="delete_stable"))
        response = self.client.post("/1/delete/", headers=JSON)
        assert response.status_code == 200
        assert response.json() == {"valid": True, "redirect": "/", "messages": []}
        assert not Stable.objects.exists()


class FormViewChecks(TestCase):
    def test_a_file_arrives(self):
        picture = SimpleUploadedFile("pony.png", b"12345")
        response = self.client.post(
            "/letter/", {"subject": "Hay", "picture": picture}, headers=JSON
        )
        assert response.status_code == 200
        said = response.json()["messages"]
        assert said[0]["message"] == "Sent with 5 bytes: Hay"
        assert [each["is_safe"] for each in said] == [False, True, False]
        assert said[2]["tags"] == "toast error"

    def test_a_view_that_denies_says_why(self):
        response = self.client.post("/letter/", {"subject": "Fire"}, headers=JSON)
        assert response.status_code == 403
        assert response.json()["message"] == "No false alarms."

    def test_a_script_that_only_asks_for_the_page_gets_it(self):
        self.assertContains(self.client.get("/letter/", headers=JSON), "<form")


class RespondChecks(TestCase):
    def setUp(self):
        Stable.objects.create(name="Barn")
        Stable.objects.create(name="Byre")

    def test_a_function_view_has_both_answers(self):
        self.assertContains(self.client.get("/1/rename/"), "<form")
        self.assertContains(self.client.post("/1/rename/", {"name": "Byre"}), "already exists")
        response = self.client.post("/1/rename/", {"name": "Byre"}, headers=JSON)
        assert response.status_code == 422
        assert response.json()["errors"][0]["errors"]["name"][0]["code"] == "unique"
        response = self.client.post("/1/rename/", {"name": "Mews"}, headers=FOLLOW)
        answer = response.json()
        assert answer["html"] == '<h1 id="name">Mews</h1>\n'
        assert answer["messages"][0]["message"] == "Now it is Mews."
        response = self.client.post("/1/rename/", {"name": "Mew"})
        self.assertRedirects(response, "/1/", fetch_redirect_response=False)
        assert response["Vary"] == "Accept"

    def test_a_small_action_has_both_answers(self):
        response = self.client.post("/1/toggle/", headers=JSON)
        assert "open" in response.json()["html"]
        assert response.json()["undo"] == reverse("toggle", args=[1])
        self.assertRedirects(self.client.post("/1/toggle/"), "/")
        response = self.client.post("/1/remove/", headers=JSON)
        assert response.json()["html"] == ""
        response = self.client.post(response.json()["undo"], headers=JSON)
        assert response.status_code == 201


class TokenChecks(TestCase):
    def setUp(self):
        self.strict = Client(enforce_csrf_checks=True)
        self.strict.get("/letter/")

    def send(self, **headers):
        return self.strict.post("/letter/", {"subject": "Hay"}, headers={**JSON, **headers})

    def test_without_a_token_a_script_is_told_so_and_gets_one(self):
        for name in ("", "CSRF_USE_SESSIONS", "CSRF_COOKIE_HTTPONLY"):
            with override_settings(**({name: True} if name else {})):
                response = self.send()
                assert response.status_code == 403
                answer = response.json()
                assert answer["code"] == "csrf"
                assert "CSRF" in answer["message"]
                again = self.send(**{"X-CSRFToken": answer["csrf_token"]})
                assert again.status_code == 200, name

    def test_another_site_gets_no_token(self):
        response = self.send(origin="https://elsewhere.example")
        assert response.status_code == 403
        assert "csrf_token" not in response.json()

    def test_people_get_the_page_of_django(self):
        response = self.strict.post("/letter/", {"subject": "Hay"})
        self.assertContains(response, "<h1>Forbidden", status_code=403)
