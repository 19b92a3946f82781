-- A message that is refused with a code and a text.
-- Given: port

conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
if conn == nil then error("cannot connect") end
if mt.conninfo(conn, "localhost", "unspec") ~= nil then error("CONNECT failed") end
if mt.mailfrom(conn, "<>") ~= nil then error("MAIL failed") end
if mt.rcptto(conn, "<b@isp.example>") ~= nil then error("RCPT failed") end
if mt.header(conn, "From", "A <a@example.org>") ~= nil then error("HEADER failed") end
if mt.eom(conn) ~= nil then error("BODYEOB failed") end
if mt.getreply(conn) ~= SMFIR_REPLYCODE then error("not refused with a code") end
if not mt.eom_check(conn, MT_SMTPREPLY, "554", "5.7.1", "forged, 100%% sure") then error("not the code and text") end
mt.disconnect(conn)
