-- Sends POST /intake/orders with so many orders each, four of five for the first article.
-- Arguments: the file of entries (article, entry up to its key, by a tab), the run's name,
-- the partner's key, orders a request.

local counter = 1

function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end

function init(args)
  hot, others, sent, run, size = {}, {}, 0, args[2], tonumber(args[4])
  math.randomseed(os.time() + number * 7919)
  for line in io.lines(args[1]) do
    local article, entry = line:match("^(%d+)\t(.*)$")
    if article == "0" then hot[#hot + 1] = entry else others[#others + 1] = entry end
  end
  wrk.method = "POST"
  wrk.path = "/intake/orders"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[3]
end

function request()
  local orders = {}
  for place = 1, size do
    sent = sent + 1
    local entries = math.random(100) <= 80 and hot or others
    local key = string.format("%s-%02d-%09d", run, number, sent)
    orders[place] = entries[math.random(#entries)] .. key .. "\"}"
  end
  return wrk.format(nil, nil, nil, "{\"orders\":[" .. table.concat(orders, ",") .. "]}")
end
