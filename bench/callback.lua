-- Sends callbacks with fresh event ids, and counts what the answers say.
-- wrk … -s bench/callback.lua URL -- bench/callback.json FIRST_EVENT_ID SECRET

local thread_of_wrk

function setup(thread)
  thread_of_wrk = thread
end

function init(arguments)
  local file = assert(io.open(arguments[1]))
  template = file:read("*a")
  file:close()
  event_id = tonumber(arguments[2])
  sent, created, queued, others, failures = 0, 0, 0, 0, 0
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. arguments[3] }
end

function request()
  event_id = event_id + 1
  sent = sent + 1
  return wrk.format("POST", nil, headers, (template:gsub("EVENT_ID", string.format("%d", event_id))))
end

function response(status, _, body)
  if status ~= 200 then
    failures = failures + 1
  elseif body:find('"status": ?"created"') then
    created = created + 1
  elseif body:find('"status": ?"queued"') then
    queued = queued + 1
  else
    others = others + 1
  end
end

function done(summary, latency)
  local count = function(name) return thread_of_wrk:get(name) end
  io.write(string.format(
    '{"seconds": %.6f, "answers": %d, "p50": %.3f, "p99": %.3f, "most": %.3f, "broken": %d, ' ..
    '"sent": %d, "created": %d, "queued": %d, "others": %d, "failures": %d}\n',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    count("sent"), count("created"), count("queued"), count("others"), count("failures")))
end
