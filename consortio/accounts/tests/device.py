"""A passkey and a code app in software: what a browser and a phone would answer."""

import base64
import hashlib
import hmac
import json
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

ORIGIN = "https://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Passkey:
    """One credential, for one site. `asks` says whether the device asked for a finger or a face."""

    def __init__(self, host: str = "localhost", origin: str = ORIGIN, asks: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.host, self.origin, self.asks = b"credential of tests", host, origin, asks
        self.handle = ""

    def _data(self, flags: int, rest: bytes = b"") -> bytes:
        flags |= PRESENT | (VERIFIED if self.asks else 0)
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, 7) + rest

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: Any) -> dict[str, Any]:
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED, credential)}
        return self._answer(
            clientDataJSON=text(self._client("webauthn.create", asked["challenge"])),
            attestationObject=text(cbor.encode(statement)),
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        said, client = self._data(0), self._client("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text(client), authenticatorData=text(said), signature=text(signature), userHandle=self.handle
        ) | {"clientExtensionResults": {}}


def app_code(secret: str, at: float) -> str:
    """Return what a code app shows (RFC 6238: SHA-1, six digits, thirty seconds)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"
