"""The small district with a gradebook that says all that its files can say."""

from tests.sis.oneroster.sets import RosterSet, district


def graded() -> RosterSet:
    """One line item of each class, with one result; the first says everything."""
    roster = district()
    _add_kinds(roster)
    _add_work(roster)
    _add_scores(roster)
    links = {"title": "Letters", "scoreScaleSourcedId": "SC"}
    roster.add("lineItemScoreScales", {"sourcedId": "LS1", "lineItemSourcedId": "L1", **links})
    roster.add("resultScoreScales", {"sourcedId": "XS1", "resultSourcedId": "X1", **links})
    _add_objectives(roster)
    return roster


def _add_kinds(roster: RosterSet) -> None:
    roster.add(
        "categories",
        {"sourcedId": "CAT", "title": "Essays", "weight": "0.25"},
        {"sourcedId": "CAT2", "title": "Tests"},
    )
    roster.add(
        "scoreScales",
        {
            "sourcedId": "SC",
            "title": "Letters",
            "type": "A-F",
            "orgSourcedId": "S-1",
            "courseSourcedId": "C",
            "classSourcedId": "A1",
            "scoreScaleValue": "{90-100:A},{80-89:B}",
        },
    )


def _add_work(roster: RosterSet) -> None:
    roster.add(
        "lineItems",
        {
            "sourcedId": "L1",
            "title": 'Essay "one"',
            "description": "Two pages",
            "assignDate": "2015-01-12",
            "dueDate": "2015-01-19",
            "classSourcedId": "A1",
            "categorySourcedId": "CAT",
            "academicSessionSourcedId": "T",
            "resultValueMin": "0",
            "resultValueMax": "100",
            "schoolSourcedId": "S-1",
        },
        {
            "sourcedId": "L2",
            "title": "Test",
            "assignDate": "2015-01-12",
            "dueDate": "2015-01-12",
            "classSourcedId": "A2",
            "categorySourcedId": "CAT2",
        },
    )


def _add_scores(roster: RosterSet) -> None:
    roster.add(
        "results",
        {
            "sourcedId": "X1",
            "lineItemSourcedId": "L1",
            "studentSourcedId": "P-1",
            "scoreStatus": "fully graded",
            "score": "104.5",
            "scoreDate": "2015-01-20",
            "comment": "Well, done",
            "textScore": "A+",
            "classSourcedId": "A1",
            "late": "true",
            "missing": "false",
        },
        {
            "sourcedId": "X2",
            "lineItemSourcedId": "L2",
            "studentSourcedId": "P-2",
            "scoreStatus": "ext:waived",
            "scoreDate": "2015-01-20",
        },
    )


def _add_objectives(roster: RosterSet) -> None:
    case = {"source": "case", "learningObjectiveId": "a"}
    roster.add(
        "lineItemLearningObjectiveIds",
        {"sourcedId": "LO1", "lineItemSourcedId": "L1", **case},
        {"sourcedId": "LO2", "lineItemSourcedId": "L1", **case, "learningObjectiveId": "b"},
    )
    roster.add(
        "resultLearningObjectiveIds",
        {"sourcedId": "XO1", "resultSourcedId": "X1", **case, "score": "3", "textScore": "good"},
        {"sourcedId": "XO2", "resultSourcedId": "X1", **case, "source": "unknown"},
    )
