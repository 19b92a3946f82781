-- One message as a whole: negotiation, changes, macros, and a second message on the same connection.
-- Given: port

conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
if conn == nil then error("cannot connect") end

if mt.negotiate(conn, nil, nil, nil) ~= nil then error("negotiation failed") end
if not mt.test_action(conn, SMFIF_ADDHDRS) then error("does not ask to add headers") end
if not mt.test_action(conn, SMFIF_CHGHDRS) then error("does not ask to change headers") end
if not mt.test_action(conn, SMFIF_QUARANTINE) then error("does not ask to quarantine") end
if mt.test_action(conn, SMFIF_CHGBODY) then error("asks to change the body, which it does not") end
if mt.test_action(conn, SMFIF_ADDRCPT) then error("asks to add recipients, which it does not") end
if not mt.test_option(conn, SMFIP_NR_HDR) then error("wants to answer each header") end
if not mt.test_option(conn, SMFIP_HDR_LEADSPC) then error("does not ask for the leading space") end
if mt.test_option(conn, SMFIP_NOBODY) then error("does not want the body") end
if not mt.test_option(conn, SMFIP_NODATA) then error("wants DATA, of which it makes nothing") end

mt.macro(conn, SMFIC_CONNECT, "j", "mx.isp.example", "{daemon_name}", "smtpd")
if mt.conninfo(conn, "mail.example.org", "192.0.2.1") ~= nil then error("CONNECT failed") end
if mt.helo(conn, "mail.example.org") ~= nil then error("HELO failed") end

function message(number)
  mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "user" .. number, "i", "4jZ" .. number)
  if mt.mailfrom(conn, "<a@example.org>", "SIZE=1234") ~= nil then error("MAIL failed") end
  if mt.rcptto(conn, "<b@isp.example>") ~= nil then error("RCPT failed") end
  if mt.rcptto(conn, "<c@isp.example>", "NOTIFY=NEVER") ~= nil then error("RCPT failed") end
  -- miltertest puts the space there itself.
  if mt.header(conn, "From", "A <a@example.org>") ~= nil then error("HEADER failed") end
  if mt.header(conn, "X-Old", "1") ~= nil then error("HEADER failed") end
  if mt.eoh(conn) ~= nil then error("EOH failed") end
  if mt.bodystring(conn, "Hello.\r\n") ~= nil then error("BODY failed") end
  if mt.bodyrandom(conn, 200000) ~= nil then error("BODY failed") end
  if mt.eom(conn) ~= nil then error("BODYEOB failed") end
end

message(1)
if mt.getreply(conn) ~= SMFIR_ACCEPT then error("not accepted") end
if not mt.eom_check(conn, MT_HDRINSERT, "X-Login", " user1", 1) then error("no X-Login inserted at 1") end
if not mt.eom_check(conn, MT_HDRADD, "X-Queue", " 4jZ1") then error("no X-Queue added") end
if not mt.eom_check(conn, MT_HDRCHANGE, "From", " changed") then error("From not changed") end
if not mt.eom_check(conn, MT_HDRDELETE, "X-Old") then error("X-Old not deleted") end
if not mt.eom_check(conn, MT_QUARANTINE, "forged") then error("not held") end

message(2)
if not mt.eom_check(conn, MT_HDRINSERT, "X-Login", " user2", 1) then error("the second message has the first's login") end

-- In the middle of a message, and then a whole one.
mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "user3")
if mt.mailfrom(conn, "<a@example.org>") ~= nil then error("MAIL failed") end
mt.abort(conn)
message(4)
if not mt.eom_check(conn, MT_HDRINSERT, "X-Login", " user4", 1) then error("the aborted message is still there") end

mt.disconnect(conn)
