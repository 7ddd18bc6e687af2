-- Sends POST /webhooks/stripe: each signed event once, in the order of the file.
-- Arguments: the file of events (signature, body by a tab), how many threads share it.
-- A thread that has none left stops; the figures then speak of the time until then.

local counter = 0

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  requests, sent = {}, 0
  local share, line_number = tonumber(args[2]), 0
  for line in io.lines(args[1]) do
    if line_number % share == number then
      local signature, body = line:match("^([^\t]*)\t(.*)$")
      requests[#requests + 1] = "POST /webhooks/stripe HTTP/1.1\r\nHost: " .. wrk.host .. ":"
        .. wrk.port .. "\r\nContent-Type: application/json\r\nStripe-Signature: " .. signature
        .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
    end
    line_number = line_number + 1
  end
end

function request()
  sent = sent + 1
  if sent > #requests then
    wrk.thread:stop()
    return "GET /healthz HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\n\r\n"
  end
  return requests[sent]
end
