-- Sends POST /checkout: most for the first article, a fresh key each.
-- Arguments: the file of forms (article, cookie, body by tabs), the run's name, and how many
-- of a hundred are for the first article; 0 asks for all alike.

local counter = 1

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  hot, others, sent, run, share = {}, {}, 0, args[2], tonumber(args[3])
  math.randomseed(os.time() + number * 7919)
  for line in io.lines(args[1]) do
    local article, cookie, body = line:match("^(%d+)\t([^\t]*)\t(.*)$")
    local key_length = #key(0)
    local length = #body + #"&idempotency_key=" + key_length
    local head = "POST /checkout HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
      .. "\r\nAccept: text/html,application/xhtml+xml\r\nAccept-Language: zh-CN,zh;q=0.9"
      .. "\r\nCookie: " .. cookie
      .. "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " .. length
      .. "\r\n\r\n" .. body .. "&idempotency_key="
    if article == "0" then hot[#hot + 1] = head else others[#others + 1] = head end
  end
end

function key(count)
  return string.format("%s-%02d-%09d", run, number, count)
end

function request()
  sent = sent + 1
  local forms = math.random(100) <= share and hot or others
  return forms[math.random(#forms)] .. key(sent)
end
