-- The call that creates one Case, for what the stand-in can do alone: wrk … -s bench/composite.lua URL -- FIRST

local call = '{"allOrNone":false,"compositeRequest":[{"method":"POST","url":"/services/data/v66.0/sobjects/Case",' ..
  '"referenceId":"record","httpHeaders":{"Sforce-Auto-Assign":"TRUE"},"body":{"Subject":"Callback","Origin":"Phone",' ..
  '"Description":"Please call me back about the offer.","jtel_AcdEventsID__c":"alone-%d"}},{"method":"GET","url":' ..
  '"/services/data/v66.0/sobjects/Case/@{record.id}?fields=CaseNumber","referenceId":"number"}]}'

function init(arguments)
  number = tonumber(arguments[1])
end

function request()
  number = number + 1
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, string.format(call, number))
end

function done(summary, latency)
  io.write(string.format('{"seconds": %.6f, "answers": %d, "p50": %.3f, "p99": %.3f}\n',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
