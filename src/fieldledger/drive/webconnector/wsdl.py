"""Our own description of the service, written from the table of operations: eight calls and the interactive three."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from fieldledger.drive.webconnector.envelope import INTUIT, PARAMETERS

_INTEGERS = {"qbXMLMajorVers", "qbXMLMinorVers", "receiveResponseXML"}


def wsdl(address: str) -> str:
    """WSDL 1.1 for the service at ``address``."""
    elements, messages, ports, bindings = [], [], [], []
    for operation, parameters in PARAMETERS.items():
        fields = "".join(_field(name) for name in parameters)
        result = (
            f'<s:element minOccurs="0" maxOccurs="1" name="{operation}Result" type="tns:ArrayOfString"/>'
            if operation == "authenticate"
            else _field(f"{operation}Result", integer=operation in _INTEGERS)
        )
        elements.append(_element(operation, fields) + _element(f"{operation}Response", result))
        for suffix, element in (("In", operation), ("Out", f"{operation}Response")):
            messages.append(
                f'<wsdl:message name="{operation}Soap{suffix}">'
                f'<wsdl:part name="parameters" element="tns:{element}"/></wsdl:message>'
            )
        ports.append(
            f'<wsdl:operation name="{operation}"><wsdl:input message="tns:{operation}SoapIn"/>'
            f'<wsdl:output message="tns:{operation}SoapOut"/></wsdl:operation>'
        )
        bindings.append(
            f'<wsdl:operation name="{operation}"><soap:operation soapAction="{INTUIT}{operation}" style="document"/>'
            '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
            "</wsdl:operation>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<wsdl:definitions xmlns:s="http://www.w3.org/2001/XMLSchema" '
        'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" '
        f'xmlns:tns="{INTUIT}" targetNamespace="{INTUIT}">'
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{INTUIT}">{"".join(elements)}'
        '<s:complexType name="ArrayOfString"><s:sequence><s:element minOccurs="0" maxOccurs="unbounded" name="string" '
        'nillable="true" type="s:string"/></s:sequence></s:complexType></s:schema></wsdl:types>'
        f'{"".join(messages)}<wsdl:portType name="FieldledgerSoap">{"".join(ports)}</wsdl:portType>'
        '<wsdl:binding name="FieldledgerSoap" type="tns:FieldledgerSoap">'
        f'<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>{"".join(bindings)}</wsdl:binding>'
        '<wsdl:service name="Fieldledger"><wsdl:port name="FieldledgerSoap" binding="tns:FieldledgerSoap">'
        f"<soap:address location={quoteattr(address)}/></wsdl:port></wsdl:service></wsdl:definitions>"
    )


def _element(name: str, fields: str) -> str:
    sequence = f"<s:sequence>{fields}</s:sequence>" if fields else ""
    return f'<s:element name="{name}"><s:complexType>{sequence}</s:complexType></s:element>'


def _field(name: str, integer: bool | None = None) -> str:
    whole = name in _INTEGERS if integer is None else integer
    least, kind = ("1", "int") if whole else ("0", "string")
    return f'<s:element minOccurs="{least}" maxOccurs="1" name="{name}" type="s:{kind}"/>'
