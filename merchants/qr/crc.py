"""CRC-16/CCITT-FALSE, the check sum of EMV merchant-presented codes (EMVCo MPM v1.1 section 4.7.3).

ISO/IEC 13239 with polynomial 1021 (hex) and initial value FFFF, nothing reflected, no final XOR.
"""

_POLYNOMIAL, _INITIAL = 0x1021, 0xFFFF


def _of_byte(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = (value << 1) ^ (_POLYNOMIAL if value & 0x8000 else 0)
    return value & 0xFFFF


_TABLE = tuple(_of_byte(byte) for byte in range(256))


def crc16(data: bytes) -> int:
    """0..65535. The check value, crc16(b"123456789"), is 0x29B1."""
    value = _INITIAL
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _TABLE[value >> 8 ^ byte]
    return value


def crc_text(text: str) -> str:
    """Four upper-case hex digits, zeros in front kept, over the UTF-8 bytes of `text`, "6304" included."""
    return f"{crc16(text.encode()):04X}"
