-- Sends one small JSON object to the empty application.

wrk.method = "POST"
wrk.path = "/"
wrk.body = "{\"offer_id\":\"386012668084895744\",\"qty\":\"1\"}"
wrk.headers["Content-Type"] = "application/json"
