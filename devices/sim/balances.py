"""Simulated balances and scales: each speaks as its family's manual says."""

from __future__ import annotations

from decimal import Decimal

from devices.sim.instrument import Instrument


class SicsBalance(Instrument):
    """Mettler-Toledo MT-SICS."""

    measures = (b"SI", b"S")

    def answer(self, request: bytes) -> bytes:
        """SI, I4, TA, Z, T; ES for anything else."""
        if self.mode == "standby":
            return b""
        match request:
            case b"SI" | b"S":
                return self.value_frame()
            case b"I4":
                return f'I4 A "{self.serial_number}"'.encode()
            case b"Z":
                self.load = self.tared = self.nought
                return b"Z A"
            case b"T" | b"TA":
                self.tared = self.load if request == b"T" else self.tared
                head = "T S" if request == b"T" else "TA A"
                return f"{head} {self.tared:>10f} {self.unit}".encode()
        return b"ES"

    def value_frame(self) -> bytes:
        """``S S     12.345 g``."""
        fixed = {"overload": b"S +", "underload": b"S -", "busy": b"S I", "error": b"S S Error 10t"}
        if self.mode in fixed:
            return fixed[self.mode]
        net, stable = self.shown()
        unit = "oz" if self.mode == "unit" else self.unit
        return f"S {'S' if stable else 'D'} {net:>10f} {unit}".encode()


class AAndDBalance(Instrument):
    """A&D; in standby it says who it is and nothing else, and ``ON`` clears zero and tare."""

    measures = (b"Q",)
    serial_number = "T1234567"
    digits = 4

    def answer(self, request: bytes) -> bytes:
        """?SN, ?TN, Q, Z, T, ON."""
        names = {b"?SN": f"SN,{self.serial_number}", b"?TN": "TN,HR-100A", b"?ID": "ID,LAB-01"}
        if request in names:
            return names[request].encode()
        if self.mode == "standby" and request != b"ON":
            return b""
        if request == b"Q":
            return self.value_frame()
        if request not in (b"ON", b"Z", b"T"):
            return b"EC,E01"
        if request != b"ON" and self.mode == "unstable":
            return b"EC,E11"
        self._carry_out(request)
        return b"\x06"

    def _carry_out(self, request: bytes) -> None:
        if request == b"ON":
            self.mode, self.tared = "normal", self.nought
        elif request == b"Z":
            self.load = self.tared = self.nought
        else:
            self.tared = self.load

    def value_frame(self) -> bytes:
        """``ST,+011.5483  g``."""
        fixed = {
            "overload": b"OL,+9999999E+19",
            "underload": b"OL,-9999999E+19",
            "busy": b"EC,E02",
            "error": b"EC,E11",
        }
        if self.mode in fixed:
            return fixed[self.mode]
        net, stable = self.shown()
        unit = "oz" if self.mode == "unit" else self.unit
        sign = "-" if net < 0 else "+"
        return f"{'ST' if stable else 'US'},{sign}{abs(net):08f}{unit:>3}".encode()


class SbiBalance(Instrument):
    """Sartorius SBI with 22 characters; it never acknowledges a command."""

    measures = (b"\x1bP",)
    serial_number = "29107073"

    def answer(self, request: bytes) -> bytes:
        """ESC P, ESC x2_, ESC V (zero), ESC U (tare)."""
        if self.mode == "standby":
            return f"Stat  {'OFF':^14}".encode()
        match request:
            case b"\x1bP":
                return self.value_frame()
            case b"\x1bx2_":
                return self.serial_number.rjust(14).encode()
            case b"\x1bV" if self.mode == "normal":
                self.load = self.tared = self.nought
            case b"\x1bU" if self.mode == "normal":
                self.tared = self.load
        return b""

    def value_frame(self) -> bytes:
        """``N     +   12.345 g  ``."""
        fixed = {"overload": "High", "underload": "Low", "error": "Err 54", "busy": "Cal."}
        if self.mode in fixed:
            return f"Stat  {fixed[self.mode]:^14}".encode()
        net, stable = self.shown()
        unit = ("oz" if self.mode == "unit" else self.unit) if stable else ""
        mark = "N" if self.tared else "G"
        return f"{mark:<6}{'-' if net < 0 else '+'}{abs(net):>9f} {unit:<3}".encode()


class ContinuousScale(Instrument):
    """CAS, Rinstrum and many others: sends without being asked."""

    streams = True
    unit = "kg"

    def value_frame(self) -> bytes:
        """``ST,GS,+  1.240kg``."""
        if self.mode in ("overload", "underload"):
            sign, head = ("+", "OL") if self.mode == "overload" else ("-", "UL")
            return f"{head},GS,{sign}{Decimal(999999):>7f}{self.unit}".encode()
        if self.mode in ("error", "busy"):
            return b"Err 3"
        net, stable = self.shown()
        unit = "lb" if self.mode == "unit" else self.unit
        sign = "-" if net < 0 else "+"
        mark = "NT" if self.tared else "GS"
        return f"{'ST' if stable else 'US'},{mark},{sign}{abs(net):>7f}{unit}".encode()
