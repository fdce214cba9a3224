"""Everything below ``/alertmanager``."""

from alerts.alertmanager.alerts_api import blueprint as alerts_api
from alerts.alertmanager.silences_api import blueprint as silences_api
from alerts.alertmanager.status_api import blueprint as status_api
from alerts.alertmanager.webhook import blueprint as webhook

BLUEPRINTS = (alerts_api, silences_api, status_api, webhook)
