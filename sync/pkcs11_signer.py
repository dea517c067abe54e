"""A signing key in a PKCS#11 token (smartcard, HSM): it signs inside and never comes out.

The token may be pulled and put back while the program runs: signing then fails with the transient
Fault ``key-token-missing`` and works again by itself. A PIN that was refused is never offered
twice, not even by the next start, for a few wrong ones lock a token for good.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import nacl.hash

from sync import files
from sync.ed25519 import KEY_SIZE, Verifier
from sync.faults import Fault
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

_OCTETS = b"\x04\x20"
"""DER head of an OCTET STRING of 32 bytes: how PKCS#11 gives a point."""
_CURVE = b"\x13\x0cedwards25519"
"""CKA_EC_PARAMS of Ed25519: the curve's name as a PrintableString (PKCS#11 2.40 and later)."""
_GONE = frozenset({"key-token-missing", "key-not-on-token"})
"""What a token says that was pulled, put back, or is another one."""


class TokenPlace(NamedTuple):
    """Where the key is."""

    module: str
    """Path of the PKCS#11 library."""
    token: str
    """Label of the token."""
    label: str
    """Label of the key on it."""


class RefusedPin:
    """Remembers in a file, as a digest, the PIN that the token refused last."""

    def __init__(self, path: Path, machine_secret: bytes) -> None:
        """``machine_secret`` keys the digest, so that the file alone helps nobody guess."""
        self._path, self._secret = path, machine_secret

    def is_it(self, pin: str) -> bool:
        """Whether this PIN was refused before."""
        try:
            return self._path.read_text(encoding="ascii") == self._digest(pin)
        except (OSError, UnicodeDecodeError):
            return False

    def remember(self, pin: str) -> None:
        """Keep it for the next start."""
        self.forget()
        files.create(self._path, self._digest(pin).encode())

    def forget(self) -> None:
        """A PIN was taken."""
        self._path.unlink(missing_ok=True)

    def _digest(self, pin: str) -> str:
        return nacl.hash.blake2b(pae("lotbook/refused-pin/1", self._secret, pin)).decode()


class Token:
    """The way to one key on one token: finds it, logs in, signs; forgets all at any failure."""

    def __init__(self, place: TokenPlace, pin: Callable[[], str], refused: RefusedPin) -> None:
        """Nothing is opened yet. Raises Fault ``key-module-missing``."""
        self._place, self._pin, self._refused = place, pin, refused
        self._api = _api()
        self._session: Any = None
        self._key: Any = None

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature by the token. Raises Fault."""
        with self._failing():
            if self._key is None:
                self._key = self._one(self._api.ObjectClass.PRIVATE_KEY)
            return bytes(self._key.sign(message, mechanism=self._api.Mechanism.EDDSA))

    def public_key(self) -> bytes:
        """The key's public half. Raises Fault ``key-not-on-token`` and others."""
        with self._failing():
            point = self._one(self._api.ObjectClass.PUBLIC_KEY)[self._api.Attribute.EC_POINT]
        point = bytes(point)
        return point[-KEY_SIZE:] if point[:-KEY_SIZE] in {b"", _OCTETS} else point

    def make_key(self) -> None:
        """Make the key, never to leave the token, unless it is there already. Raises Fault."""
        api = self._api
        with self._failing():
            session = self._opened()
            kinds = {api.Attribute.CLASS: api.ObjectClass.PRIVATE_KEY}
            if list(session.get_objects({**kinds, api.Attribute.LABEL: self._place.label})):
                return
            curve = session.create_domain_parameters(
                api.KeyType.EC_EDWARDS, {api.Attribute.EC_PARAMS: _CURVE}, local=True
            )
            curve.generate_keypair(
                mechanism=api.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                label=self._place.label,
                private_template={
                    api.Attribute.SENSITIVE: True,
                    api.Attribute.EXTRACTABLE: False,
                },
            )

    def exists(self) -> bool:
        """Whether the key is there. Raises Fault."""
        with self._failing():
            return self._labelled(self._api.ObjectClass.PRIVATE_KEY, self._place.label) is not None

    def relabel(self, label: str) -> None:
        """Call the key ``label`` from now on, unless one is called so already. Raises Fault.

        The private half first: cut between the two, it is repeated and only moves the other.
        """
        kinds = self._api.ObjectClass
        with self._failing():
            for kind in (kinds.PRIVATE_KEY, kinds.PUBLIC_KEY):
                found = self._labelled(kind, self._place.label)
                if found is not None and self._labelled(kind, label) is None:
                    found[self._api.Attribute.LABEL] = label
        self.close()

    def destroy(self) -> None:
        """Delete the key from the token, for good. Raises Fault."""
        kinds = self._api.ObjectClass
        with self._failing():
            for kind in (kinds.PUBLIC_KEY, kinds.PRIVATE_KEY):
                found = self._labelled(kind, self._place.label)
                if found is not None:
                    found.destroy()
        self.close()

    def _labelled(self, kind: Any, label: str) -> Any:  # noqa: ANN401  objects of the library
        attribute = self._api.Attribute
        wanted = {attribute.CLASS: kind, attribute.LABEL: label}
        return next(iter(list(self._opened().get_objects(wanted))), None)

    def close(self) -> None:
        """End the session; the next use opens another."""
        session, self._session, self._key = self._session, None, None
        if session is not None:
            with suppress(self._api.PKCS11Error):  # it is given up because it does not answer
                session.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """What the library raises becomes a Fault, and nothing of the session is kept."""
        try:
            yield
        except self._api.NoSuchKey as error:
            self.close()
            raise Fault("key-not-on-token", self._place.label) from error
        except self._api.PKCS11Error as error:
            self.close()
            raise Fault("key-token-missing", f"{type(error).__name__} {error}") from error

    def _one(self, kind: Any) -> Any:  # noqa: ANN401  objects of the library
        return self._opened().get_key(object_class=kind, label=self._place.label)

    def _opened(self) -> Any:  # noqa: ANN401  as above
        if self._session is None:
            token, flag = self._found(), self._api.TokenFlag
            if token.flags & (flag.USER_PIN_LOCKED | flag.USER_PIN_FINAL_TRY):
                raise Fault("key-pin-locked", self._place.token)
            pin = self._pin()
            if self._refused.is_it(pin):
                raise Fault("key-pin-refused", "refused before; not tried again")
            self._session = self._logged_in(token, pin)
        return self._session

    def _found(self) -> Any:  # noqa: ANN401  as above
        """The token; some libraries see one that came back only after they start again."""
        library = _loaded(self._api, self._place.module)
        try:
            return library.get_token(token_label=self._place.token)
        except self._api.PKCS11Error:
            library.reinitialize()
            return library.get_token(token_label=self._place.token)

    def _logged_in(self, token: Any, pin: str) -> Any:  # noqa: ANN401  as above
        try:
            session = token.open(rw=True, user_pin=pin)
        except self._api.UserAlreadyLoggedIn:  # by another key of this program on the same token
            return token.open(rw=True)
        except (self._api.PinIncorrect, self._api.PinInvalid, self._api.PinLenRange) as error:
            self._refused.remember(pin)
            raise Fault("key-pin-refused", type(error).__name__) from error
        except self._api.PinLocked as error:
            raise Fault("key-pin-locked", self._place.token) from error
        self._refused.forget()
        return session


class Pkcs11Signer:
    """A key on a token. May be used from any thread; one signature is made at a time."""

    def __init__(self, name: str, token: Token) -> None:
        """Read the public key. Raises Fault, or BadKey for one that must not be enrolled."""
        self._lock, self._token = threading.Lock(), token
        self._verifier = Verifier(name, token.public_key())

    @property
    def name(self) -> str:
        """The key's name in notes."""
        return self._verifier.name

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._verifier.public_key

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes; never one that does not verify. Raises Fault.

        A session that ended meanwhile (suspend, token put back) is opened anew, once.
        """
        with self._lock:
            try:
                signature = self._token.sign(message)
            except Fault as fault:
                if fault.code not in _GONE:
                    raise
                signature = self._again(message)
        if not self._verifier.verify(message, signature):
            raise Fault("key-token-missing", "the token's signature is not good")
        return signature

    def _again(self, message: bytes) -> bytes:
        """Once more, in a session of its own. A key that was there before is away, not absent."""
        try:
            return self._token.sign(message)
        except Fault as fault:
            if fault.code not in _GONE:
                raise
            raise Fault("key-token-missing", fault.detail) from fault


def _api() -> ModuleType:
    """The library; installed with the extra ``pkcs11`` only."""
    try:
        import pkcs11  # noqa: PLC0415  a plain terminal does without
    except ImportError as error:
        raise Fault("key-module-missing", str(error)) from error
    return pkcs11


def _loaded(api: ModuleType, module: str) -> Any:  # noqa: ANN401  objects of the library
    try:
        return api.lib(module)
    except (api.PKCS11Error, RuntimeError, OSError) as error:
        raise Fault("key-module-missing", f"{module}: {error}") from error
