-- A mail server that speaks version 2: it waits for an answer to everything, and puts the space itself.
-- Given: port

conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
if conn == nil then error("cannot connect") end
if mt.negotiate(conn, 2, 63, 127) ~= nil then error("negotiation failed") end
if mt.test_option(conn, SMFIP_HDR_LEADSPC) then error("asks for what was not offered") end
if mt.conninfo(conn, "mail.example.org", "192.0.2.1") ~= nil then error("CONNECT failed") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("CONNECT not answered") end
if mt.helo(conn, "mail.example.org") ~= nil then error("HELO failed") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("HELO not answered") end
mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "user1", "i", "4jZ1")
if mt.mailfrom(conn, "<a@example.org>") ~= nil then error("MAIL failed") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("MAIL not answered") end
if mt.rcptto(conn, "<b@isp.example>") ~= nil then error("RCPT failed") end
if mt.header(conn, "From", "A <a@example.org>") ~= nil then error("HEADER failed") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("HEADER not answered") end
if mt.eoh(conn) ~= nil then error("EOH failed") end
if mt.bodystring(conn, "Hello.\r\n") ~= nil then error("BODY failed") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("BODY not answered") end
if mt.eom(conn) ~= nil then error("BODYEOB failed") end
if mt.getreply(conn) ~= SMFIR_ACCEPT then error("not accepted") end
if not mt.eom_check(conn, MT_HDRINSERT, "X-Login", "user1", 1) then error("no X-Login, or with two spaces") end
mt.disconnect(conn)
