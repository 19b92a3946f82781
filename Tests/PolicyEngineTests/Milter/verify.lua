-- What comes in: results are inserted on top, forged ones deleted, and what its author's domain disowns is marked.
-- Given: port

conn = mt.connect("inet:" .. port .. "@127.0.0.1", 40, 0.05)
if conn == nil then error("cannot connect") end
if mt.negotiate(conn, nil, nil, nil) ~= nil then error("negotiation failed") end
if not mt.test_action(conn, SMFIF_ADDHDRS) then error("does not ask to add headers") end
if not mt.test_action(conn, SMFIF_CHGHDRS) then error("does not ask to change headers") end
if mt.test_action(conn, SMFIF_QUARANTINE) then error("asks to quarantine, which it is not set to do") end
if mt.test_action(conn, SMFIF_CHGBODY) then error("asks to change the body") end

if mt.conninfo(conn, "mail.example.org", "192.0.2.1") ~= nil then error("CONNECT failed") end
if mt.helo(conn, "mail.example.org") ~= nil then error("HELO failed") end

function message(sender)
  mt.macro(conn, SMFIC_MAIL, "i", "4XYZ12")
  if mt.mailfrom(conn, "<" .. sender .. ">") ~= nil then error("MAIL failed") end
  if mt.rcptto(conn, "<hanako@isp.example>") ~= nil then error("RCPT failed") end
  if mt.header(conn, "Authentication-Results", "mx.isp.example; dmarc=pass") ~= nil then error("HEADER failed") end
  if mt.header(conn, "From", "<" .. sender .. ">") ~= nil then error("HEADER failed") end
  if mt.eoh(conn) ~= nil then error("EOH failed") end
  if mt.bodyrandom(conn, 100000) ~= nil then error("BODY failed") end
  if mt.eom(conn) ~= nil then error("BODYEOB failed") end
  if mt.getreply(conn) ~= SMFIR_CONTINUE then error("not let go on") end
  if not mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results") then error("the forged field is left") end
  if not mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results") then error("no results are inserted") end
end

message("taro@example.org")
if mt.eom_check(conn, MT_HDRINSERT, "Sekisho-DMARC") then error("genuine mail is marked") end
message("taro@forged.example")
if not mt.eom_check(conn, MT_HDRINSERT, "Sekisho-DMARC") then error("forged mail is not marked") end

mt.disconnect(conn)
