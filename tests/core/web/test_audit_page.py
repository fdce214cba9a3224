from tests.core.web_site import Site


def test_changes_are_listed_newest_first_with_who_and_what(site: Site) -> None:
    ada = site.signed_in("ada")
    for text in ("first", "second"):
        headers = {"X-CSRF-Token": ada.form_token("/notes"), "X-Request-Id": f"r-{text}"}
        ada.client.post("/api/v1/notes", json={"text": text}, headers=headers)
    page = ada.get("/audit").text
    assert page.index("note second") < page.index("note first")
    assert "Ada" in page
    assert "<code>r-first</code>" in page
    assert "role: administrator" in page


def test_one_subject_is_picked_out_and_pages_follow_each_other(site: Site) -> None:
    ada = site.signed_in("ada")
    for _ in range(3):
        ada.post("/notes", page="/notes")
    page = ada.get("/audit?subject=note&id=form&limit=2").text
    assert page.count("note.add") == 2
    assert "user.sign_in" not in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert ada.get(following).text.count("note.add") >= 1
    assert "No changes" in ada.get("/audit?subject=nothing").text


def test_one_who_is_limited_to_schools_does_not_see_every_schools_changes(site: Site) -> None:
    assert site.signed_in("sam", "school_staff", ["S-1"]).get("/audit").status_code == 403
    assert site.signed_in("gus", "ghost").get("/audit").status_code == 403
