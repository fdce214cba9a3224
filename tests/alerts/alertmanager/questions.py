"""What is asked of Debian's Alertmanager and of us, in this order."""

from dataclasses import dataclass

UNKNOWN = "8f6e9d4c-0000-4000-8000-000000000000"
_TIMES = '"startsAt":"2020-01-01T00:00:00Z","endsAt":"2040-01-01T00:00:00Z"'
_WHO = '"createdBy":"me","comment":"works"'
JSON = "application/json"


@dataclass(frozen=True)
class Question:
    """``words``: the answer's body is compared too, not only its status."""

    method: str
    path: str
    body: str | None = None
    words: bool = True
    content_type: str = JSON


def _alerts(body: str, *, words: bool = True) -> Question:
    return Question("POST", "/alerts", body, words)


def _silence(matchers: str, *, more: str = f"{_TIMES},{_WHO}", words: bool = True) -> Question:
    return Question("POST", "/silences", f'{{"matchers":{matchers},{more}}}', words)


def _get(path: str, *, words: bool = True) -> Question:
    return Question("GET", path, words=words)


REFUSED = (
    _alerts('[{"labels":{}}]'),
    _alerts('[{"labels":{}},{"labels":{"bad-x":"1"}}]'),
    _alerts(
        '[{"labels":{"a":"b"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]'
    ),
    _alerts('[{"labels":{"a":"b"},"annotations":{"b-c":""}}]'),
    _alerts("{}"),
    _alerts('"x"'),
    _alerts("[]"),
    _alerts("null"),
    _alerts(""),
    _alerts("[", words=False),
    _alerts("[{}]"),
    _alerts('[{"labels":null}]'),
    _alerts('[{"labels":{"a":1}}]'),
    _alerts('[{"labels":["a"]}]'),
    _alerts('[{"labels":{"a":null}}]'),
    _alerts('[{"labels":{"a":"b"},"startsAt":"x"}]', words=False),
    _alerts('[{"labels":{"a":"b"},"startsAt":5}]'),
    _alerts('[{"labels":{"a":"b"},"startsAt":"2026-11-25"}]', words=False),
    _alerts('[{"labels":{"a":"b"},"generatorURL":"foo"}]'),
    _alerts('[{"labels":{"a":"b"},"generatorURL":5}]'),
    Question("POST", "/alerts", "[]", content_type="text/plain"),
    Question("POST", "/alerts", "[]", content_type="application/x-www-form-urlencoded"),
    _silence("[]"),
    _silence('[{"name":"a","value":"","isRegex":false}]'),
    _silence('[{"name":"a","value":".*","isRegex":true}]'),
    _silence('[{"name":"a","value":"(","isRegex":true}]', words=False),
    _silence('[{"name":"a-b","value":"x","isRegex":false}]'),
    _silence('[{"name":"","value":"x","isRegex":false}]'),
    _silence('[{"name":"a","value":"x"}]'),
    _silence('[{"name":"a","value":null,"isRegex":false}]'),
    _silence('[{"name":"a","value":"x","isRegex":"no"}]'),
    _silence('"x"'),
    _silence(
        '[{"name":"a","value":"x","isRegex":false}]',
        more=f'"startsAt":"2040-01-01T00:00:00Z","endsAt":"2030-01-01T00:00:00Z",{_WHO}',
    ),
    _silence(
        '[{"name":"a","value":"x","isRegex":false}]',
        more=f'"startsAt":"2020-01-01T00:00:00Z","endsAt":"2021-01-01T00:00:00Z",{_WHO}',
    ),
    _silence(
        '[{"name":"a","value":"x","isRegex":false}]', more=f'"endsAt":"x",{_WHO}', words=False
    ),
    _silence(
        '[{"name":"a","value":"x","isRegex":false}]',
        more=f'"endsAt":"2040-01-01T00:00:00Z",{_WHO}',
    ),
    _silence('[{"name":"a","value":"x","isRegex":false}]', more=f'"id":"nope",{_TIMES},{_WHO}'),
    Question("POST", "/silences", "{}"),
    Question("POST", "/silences", ""),
    Question("POST", "/silences", "[]", words=False),
    _get("/silence/nope"),
    _get(f"/silence/{UNKNOWN}"),
    Question("DELETE", f"/silence/{UNKNOWN}"),
    Question("DELETE", "/silence/nope"),
    _get("/nothing", words=False),
    Question("PUT", "/silences", "", words=False),
    _get("/alerts?filter=zzz"),
    _get("/alerts?filter=a-b%3Dc"),
    _get("/alerts?filter="),
    _get("/alerts?filter=%22a%22%3Db"),
    _get("/alerts?filter=a%3D~%5B", words=False),
    _get("/alerts?receiver=%28", words=False),
    _get("/silences?filter=a"),
    _get("/silences?filter=%7Ba%3D%22b%22%7D"),
)

TAKEN = (
    _alerts(
        '[{"labels":{"alertname":"Down","school":"S-1","severity":"critical","empty":""},'
        '"annotations":{"summary":"x","none":""},"generatorURL":"http://g/x"},'
        '{"labels":{"alertname":"Slow","school":"S-1"}},'
        '{"labels":{"alertname":"Slow","school":"S-2","severity":"critical"}},'
        '{"labels":{"alertname":"Queue","service":"mail"}},'
        '{"labels":{"alertname":"Queue","service":"calendar","school":"S-2"}},'
        '{"labels":{"only":"one"}}]'
    ),
    _alerts('[{"labels":{"x":""}},{"labels":{"alertname":"Good"}}]'),
    _alerts('[{"labels":{"alertname":"Over"},"endsAt":"2020-01-01T00:00:00Z"}]'),
    _alerts(
        '[{"labels":{"alertname":"Later"},"startsAt":"2020-01-02T03:04:05Z",'
        '"endsAt":"2040-01-01T00:00:00Z"}]'
    ),
    _alerts(
        '[{"labels":{"alertname":"Old"},"startsAt":"2020-01-02T03:04:05.678901234Z",'
        '"endsAt":"0001-01-01T00:00:00.000Z"}]'
    ),
    _alerts('[{"labels":{"alertname":"Loose"},"startsAt":"2020-01-02 03:04:05","unknown":3}] tail'),
    Question("POST", "/alerts", "[]", content_type="application/json; charset=utf-8"),
    _silence('[{"name":"school","value":"S-2","isRegex":false}]'),
    _silence('[{"name":"alertname","value":"Lat.*","isRegex":true,"isEqual":true}]'),
    _silence(
        '[{"name":"alertname","value":"Old","isRegex":false},'
        '{"name":"school","value":"S-9","isRegex":false,"isEqual":false}]'
    ),
    _silence(
        '[{"name":"alertname","value":"Never","isRegex":false}]',
        more=f'"startsAt":"2039-01-01T00:00:00Z","endsAt":"2040-01-01T00:00:00Z",{_WHO}',
    ),
    _silence(
        '[{"name":"z","value":"x","isRegex":false}]',
        more=f'"startsAt":"0001-01-01T00:00:00Z","endsAt":"2040-01-01T00:00:00Z",{_WHO}',
    ),
)

READ = (
    _get("/alerts"),
    *(
        _get(f"/alerts?{query}")
        for query in (
            "active=false",
            "active=maybe",
            "silenced=false",
            "inhibited=false",
            "unprocessed=false",
            "active=false&silenced=false",
            "filter=alertname%3DSlow",
            "filter=alertname%3D%22Slow%22&filter=school%3DS-2",
            "filter=school!%3D%22%22",
            "filter=school%3D%22%22",
            "filter=alertname%3D~Q.*",
            "filter=alertname!~%22Q.*%7CSlow%22",
            "filter=service%3D~mail%7Ccalendar",
            "filter=none%3D%22%22&filter=only%3Done",
            "receiver=team",
            "receiver=te",
            "receiver=te.*",
            "receiver=pager%7Cmail",
            "receiver=nobody",
        )
    ),
    _get("/alerts/groups"),
    _get("/alerts/groups?receiver=mail"),
    _get("/alerts/groups?filter=alertname%3DSlow"),
    _get("/alerts/groups?silenced=false"),
    _get("/receivers"),
    _get("/silences"),
    *(
        _get(f"/silences?filter={matcher}")
        for matcher in (
            "school%3DS-2",
            "school%3D~S-2",
            "school!%3DS-9",
            "alertname%3D~%22Lat.*%22",
            "alertname%3DOld&filter=school!%3DS-9",
            "nothing%3D%22%22",
        )
    ),
)
