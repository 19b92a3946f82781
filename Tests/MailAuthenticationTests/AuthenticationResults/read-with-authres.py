"""Reads Authentication-Results with Python's authres, for AuthresTests.swift.

    read-with-authres.py values      values as a JSON array on standard input
    read-with-authres.py texts FILE  the texts that a file of doctests parses

Writes a JSON array to standard output: for each text what authres made of it.
"""

import contextlib
import doctest
import io
import json
import sys

import authres
import authres.core


def described(header):
    return {
        "authservID": header.authserv_id,
        "results": [
            {
                "method": result.method,
                "result": result.result,
                "reason": result.reason,
                "properties": [[p.type, p.name, p.value or ""] for p in result.properties],
            }
            for result in header.results
        ],
    }


def values():
    for value in json.load(sys.stdin):
        try:
            header = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + value)
            yield {"text": value, "header": described(header)}
        except authres.AuthResError as error:
            yield {"text": value, "error": str(error)}


def texts(path):
    recorded = []
    original = authres.core.AuthenticationResultsHeader._parse

    def recording(self):
        text = self._parse_text
        original(self)
        recorded.append({"text": text, "header": described(self)})

    authres.core.AuthenticationResultsHeader._parse = recording
    with contextlib.redirect_stdout(io.StringIO()):
        doctest.testfile(path, module_relative=False, encoding="utf-8")
    return recorded


json.dump(list(values() if sys.argv[1] == "values" else texts(sys.argv[2])), sys.stdout)
