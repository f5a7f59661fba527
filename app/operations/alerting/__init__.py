"""Tells people what is wrong, once for each incident, and when it is over; for who has no Prometheus."""

from app.operations.alerting.alerts import Alerts
from app.operations.alerting.channels import AlertError, Channel, Mail, Webhook
from app.operations.alerting.conditions import Condition, Watch
from app.operations.alerting.message import Message, trial
from app.operations.alerting.ping import Ping

__all__ = ["AlertError", "Alerts", "Channel", "Condition", "Mail", "Message", "Ping", "Watch", "Webhook", "trial"]
