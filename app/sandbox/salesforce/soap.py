"""/services/Soap/u: the SOAP login, refused as in every new org."""

from flask import Blueprint, Response

FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault>\
<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>\
<sf:UnexpectedErrorFault><sf:exceptionCode>{code}</sf:exceptionCode>\
<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:UnexpectedErrorFault></detail>\
</soapenv:Fault></soapenv:Body></soapenv:Envelope>"""
FIRST_WITHOUT = 65
DISABLED = "SOAP API login() is disabled by default in this org. Contact your Salesforce admin to enable."


def soap_blueprint() -> Blueprint:
    """Answers every SOAP call with INVALID_OPERATION."""
    blueprint = Blueprint("soap", __name__)

    @blueprint.post("/services/Soap/u/<version>")
    @blueprint.post("/services/Soap/u/<version>/<_org_id>")
    def login(version: str, _org_id: str = "") -> Response:
        message = DISABLED
        if version.partition(".")[0].isdigit() and float(version) >= FIRST_WITHOUT:
            message = f"The SOAP Login operation is not available in the API version specified ({version})"
        text = FAULT.format(code="INVALID_OPERATION", message=message)
        return Response(text, 500, content_type="text/xml;charset=UTF-8")

    return blueprint
