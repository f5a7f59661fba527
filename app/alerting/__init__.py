"""Tells people what is wrong, once for each incident, and when it is over; for who has no Prometheus."""

from app.alerting.alerts import Alerts
from app.alerting.channels import AlertError, Channel, Mail, Webhook
from app.alerting.conditions import AlertCondition, Watch
from app.alerting.message import Message, trial
from app.alerting.ping import Ping

__all__ = ["AlertCondition", "AlertError", "Alerts", "Channel", "Mail", "Message", "Ping", "Watch", "Webhook", "trial"]
