-- What goes out is signed for those who have logged in, and for nobody else.
-- Given: port

conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
if conn == nil then error("cannot connect") end
if mt.negotiate(conn, nil, nil, nil) ~= nil then error("negotiation failed") end
if mt.conninfo(conn, "client.example", "203.0.113.5") ~= nil then error("CONNECT failed") end
if mt.helo(conn, "client.example") ~= nil then error("HELO failed") end

function message(login)
  if login ~= nil then mt.macro(conn, SMFIC_MAIL, "{auth_authen}", login) end
  if mt.mailfrom(conn, "<yamada@isp.example>") ~= nil then error("MAIL failed") end
  if mt.rcptto(conn, "<taro@example.org>") ~= nil then error("RCPT failed") end
  if mt.header(conn, "From", "<yamada@isp.example>") ~= nil then error("HEADER failed") end
  if mt.eoh(conn) ~= nil then error("EOH failed") end
  if mt.bodystring(conn, "Hello.\r\n") ~= nil then error("BODY failed") end
  if mt.eom(conn) ~= nil then error("BODYEOB failed") end
  if mt.getreply(conn) ~= SMFIR_CONTINUE then error("not let go on") end
end

message(nil)
if mt.eom_check(conn, MT_HDRINSERT, "DKIM-Signature") then error("signed for an outsider") end
message("yamada@isp.example")
if not mt.eom_check(conn, MT_HDRINSERT, "DKIM-Signature") then error("not signed") end

mt.disconnect(conn)
