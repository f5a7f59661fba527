"""Texts that mean something to a machine on their way, though a caller has said them."""

# What Salesforce's composite call reads as a reference to what its earlier parts have answered.
REFERENCES = (
    "@{record.id}",
    "@{records[0].id}",
    "@{foo[0]}",
    "@{number.CaseNumber} please",
    "@{unchanged.records[0].Id}",
    "@{}",
    "@{record",
    "@{{record.id}}",
    "me@{firm}.example",
    "@{record.id}" * 6,
)
# What only looks like it, or means something elsewhere.
LIKE_REFERENCES = (
    "@ {record.id}",
    "@record.id}",
    "\uff20{record.id}",
    "@\\u007brecord.id}",
    "%40%7Brecord.id%7D",
    "@%7Brecord.id}",
    "@&#123;record.id}",
    "${record.id}",
    "{!Case.Id}",
    "{{ callback_number }}",
    "{0} %s %(id)s",
    "=1+1",
    "' OR Id != null --",
    '{"Subject": "x"}',
)
