-- Requests for wrk, made by benches/load.sh: WORK says which, and its folder has the document and the cookie.
local function read(name)
  local file = assert(io.open(os.getenv("FOLDER") .. "/" .. name))
  local text = file:read("*a")
  file:close()
  return text
end

local headers = { ["Content-Type"] = "application/json", Cookie = read("cookie") }
local work = os.getenv("WORK")

if work == "same" or work == "unchanged" then
  if work == "unchanged" then headers["If-None-Match"] = read("etag") end
  local once
  function request()
    once = once or wrk.format("GET", read("address"), headers)
    return once
  end
else
  -- Every request is another design: the lettering has a number that never comes again.
  local document, number = read("document.json"), os.time() % 100000 * 10000
  function request()
    number = number + 1
    return wrk.format("POST", "/api/v1/previews?width=1200&fidelity=" .. work, headers, (document:gsub("@@", number)))
  end
end
