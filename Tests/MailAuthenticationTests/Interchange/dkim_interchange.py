"""Signs and verifies mail with dkimpy and with libopendkim for the interchange tests.

Reads one JSON object a line from standard input and answers each with one line. Bytes are base64. Keys of an order:

  do        dkimpy-sign, dkimpy-verify, opendkim-sign, opendkim-verify, arc-sign, arc-verify
  message   the message with CRLF
  records   {name without dot at the end: record text}
  domain, selector, key (PEM, or base64 seed for Ed25519), algorithm, header, body (canonicalizations)
  length    whether dkimpy writes l=
  include   names to sign, or null for the tool's own choice
  results   the authserv-id that dkimpy seals for

Answers: {"fields": [...]} for signing, {"results": [true, false, ...]} for verifying, {"cv": ..., "why": ...} for ARC,
{"error": text} if the tool refuses.
"""

import base64
import ctypes
import json
import sys
import tempfile

import dkim


def lookup(records):
    def answer(name, timeout=5):
        text = name.decode() if isinstance(name, bytes) else name
        record = records.get(text.rstrip("."))
        return record.encode() if record is not None else None

    return answer


def unbase64(text):
    return base64.b64decode(text)


def include(order):
    names = order.get("include")
    return [name.encode() for name in names] if names else None


def dkimpy_sign(order):
    field = dkim.sign(
        unbase64(order["message"]),
        order["selector"].encode(),
        order["domain"].encode(),
        order["key"].encode(),
        canonicalize=(order["header"].encode(), order["body"].encode()),
        signature_algorithm=order["algorithm"].encode(),
        include_headers=include(order),
        length=order.get("length", False),
    )
    return {"fields": [base64.b64encode(field).decode()]}


def dkimpy_verify(order):
    message = unbase64(order["message"])
    count = len([1 for name, _ in dkim.DKIM(message).headers if name.strip().lower() == b"dkim-signature"])
    results = []
    for index in range(count):
        try:
            results.append(bool(dkim.DKIM(message).verify(idx=index, dnsfunc=lookup(order["records"]))))
        except dkim.DKIMException as error:
            print(error, file=sys.stderr)
            results.append(False)
    return {"results": results}


def arc_sign(order):
    fields = dkim.ARC(unbase64(order["message"])).sign(
        order["selector"].encode(), order["domain"].encode(), order["key"].encode(), order["results"].encode()
    )
    return {"fields": [base64.b64encode(field).decode() for field in fields]}


def arc_verify(order):
    cv, results, why = dkim.ARC(unbase64(order["message"])).verify(dnsfunc=lookup(order["records"]))
    return {"cv": cv.decode() if cv else None, "why": str(why)}


class OpenDKIM:
    """The few calls of libopendkim that are needed, by its installed header (dkim.h, version 2.11)."""

    SIMPLE_RELAXED = {"simple": 0, "relaxed": 1}
    ALGORITHMS = {"rsa-sha256": 1, "ed25519-sha256": 2}
    SET, FLAGS, QUERY_METHOD, QUERY_INFO, QUERY_FILE = 1, 0, 6, 7, 1

    def __init__(self):
        library = ctypes.CDLL("libopendkim.so.11")
        pointer = ctypes.c_void_p
        library.dkim_init.restype = pointer
        library.dkim_init.argtypes = [pointer, pointer]
        library.dkim_options.argtypes = [pointer, ctypes.c_int, ctypes.c_int, pointer, ctypes.c_size_t]
        library.dkim_sign.restype = pointer
        library.dkim_sign.argtypes = [
            pointer, ctypes.c_char_p, pointer, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p,
            ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_int),
        ]
        library.dkim_verify.restype = pointer
        library.dkim_verify.argtypes = [pointer, ctypes.c_char_p, pointer, ctypes.POINTER(ctypes.c_int)]
        library.dkim_header.argtypes = [pointer, ctypes.c_char_p, ctypes.c_size_t]
        library.dkim_eoh.argtypes = [pointer]
        library.dkim_body.argtypes = [pointer, ctypes.c_char_p, ctypes.c_size_t]
        library.dkim_eom.argtypes = [pointer, ctypes.POINTER(ctypes.c_bool)]
        library.dkim_getsighdr.argtypes = [pointer, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t]
        library.dkim_getsiglist.argtypes = [
            pointer, ctypes.POINTER(ctypes.POINTER(pointer)), ctypes.POINTER(ctypes.c_int)
        ]
        library.dkim_sig_getflags.argtypes = [pointer]
        library.dkim_sig_getflags.restype = ctypes.c_uint
        library.dkim_sig_getbh.argtypes = [pointer]
        library.dkim_sig_geterror.argtypes = [pointer]
        library.dkim_sig_process.argtypes = [pointer, pointer]
        library.dkim_free.argtypes = [pointer]
        self.library = library
        self.handle = library.dkim_init(None, None)
        self.records = tempfile.NamedTemporaryFile(mode="w", suffix=".keys")
        method = ctypes.c_int(self.QUERY_FILE)
        name = ctypes.create_string_buffer(self.records.name.encode())
        for option, value, size in (
            (self.QUERY_METHOD, method, ctypes.sizeof(method)),
            (self.QUERY_INFO, name, len(name.value) + 1),
        ):
            status = library.dkim_options(self.handle, self.SET, option, ctypes.byref(value), size)
            if status != 0:
                raise RuntimeError("dkim_options: %d" % status)

    def feed(self, dkim_handle, message):
        head, _, body = message.partition(b"\r\n\r\n")
        fields = []
        for line in (head + b"\r\n").split(b"\r\n")[:-1]:
            if line[:1] in (b" ", b"\t"):
                fields[-1] += b"\r\n" + line
            else:
                fields.append(line)
        for field in fields:
            status = self.library.dkim_header(dkim_handle, field, len(field))
            if status != 0:
                raise RuntimeError("dkim_header: %d" % status)
        status = self.library.dkim_eoh(dkim_handle)
        if status not in (0, 2):
            raise RuntimeError("dkim_eoh: %d" % status)
        if body:
            self.library.dkim_body(dkim_handle, body, len(body))
        return self.library.dkim_eom(dkim_handle, None)

    def sign(self, order):
        status = ctypes.c_int()
        handle = self.library.dkim_sign(
            self.handle, b"test", None, order["key"].encode(), order["selector"].encode(), order["domain"].encode(),
            self.SIMPLE_RELAXED[order["header"]], self.SIMPLE_RELAXED[order["body"]],
            self.ALGORITHMS[order["algorithm"]], -1, ctypes.byref(status),
        )
        if not handle:
            raise RuntimeError("dkim_sign: %d" % status.value)
        try:
            result = self.feed(handle, unbase64(order["message"]))
            if result != 0:
                raise RuntimeError("dkim_eom: %d" % result)
            value = ctypes.create_string_buffer(65536)
            result = self.library.dkim_getsighdr(handle, value, len(value), len("DKIM-Signature: "))
            if result != 0:
                raise RuntimeError("dkim_getsighdr: %d" % result)
            field = b"DKIM-Signature: " + value.value
            field = field.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"
            return {"fields": [base64.b64encode(field).decode()]}
        finally:
            self.library.dkim_free(handle)

    def verify(self, order):
        self.records.seek(0)
        self.records.truncate()
        for name, record in order["records"].items():
            self.records.write("%s %s\n" % (name, record))
        self.records.flush()
        status = ctypes.c_int()
        handle = self.library.dkim_verify(self.handle, b"test", None, ctypes.byref(status))
        if not handle:
            raise RuntimeError("dkim_verify: %d" % status.value)
        try:
            self.feed(handle, unbase64(order["message"]))
            signatures = ctypes.POINTER(ctypes.c_void_p)()
            count = ctypes.c_int()
            self.library.dkim_getsiglist(handle, ctypes.byref(signatures), ctypes.byref(count))
            results = []
            for index in range(count.value):
                signature = signatures[index]
                # It stops at the first that passes unless it is asked for each.
                self.library.dkim_sig_process(handle, signature)
                passed = self.library.dkim_sig_getflags(signature) & 0x04 != 0
                results.append(passed and self.library.dkim_sig_getbh(signature) == 0)
                if not results[-1]:
                    print("libopendkim: error", self.library.dkim_sig_geterror(signature), file=sys.stderr)
            return {"results": results}
        finally:
            self.library.dkim_free(handle)


def main():
    opendkim = OpenDKIM()
    orders = {
        "dkimpy-sign": dkimpy_sign,
        "dkimpy-verify": dkimpy_verify,
        "arc-sign": arc_sign,
        "arc-verify": arc_verify,
        "opendkim-sign": opendkim.sign,
        "opendkim-verify": opendkim.verify,
    }
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = orders[order["do"]](order)
        except Exception as error:
            answer = {"error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


main()
