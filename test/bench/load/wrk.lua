-- PUT without a body; with FIRST, STEP, COUNT and SEED in the environment, of a random one of so many ids.
wrk.method = "PUT"

local count = tonumber(os.getenv("COUNT"))
if count then
  local first, step = tonumber(os.getenv("FIRST")), tonumber(os.getenv("STEP"))
  local folder = os.getenv("FOLDER")
  local rest
  math.randomseed(tonumber(os.getenv("SEED")))
  request = function ()
    -- Only the path differs, so the rest is formatted once.
    rest = rest or string.match(wrk.format(nil, folder), " HTTP.*")
    return string.format("PUT %s/%d%s", folder, first + step * math.random(0, count - 1), rest)
  end
end

function done (summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"rate":%.3f,"p50":%.3f,"p99":%.3f,"answers":%d,"failures":%d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
