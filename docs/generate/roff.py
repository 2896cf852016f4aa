# SPDX-License-Identifier: GPL-2.0-or-later
"""Text as man(7) has it, for the programs that write man pages."""
import re
import textwrap

DATE = "2026-11-30"
WIDTH = 80


def escape(text):
    """Plain text; the caller sees to lines."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.M)


def title(name, section, version):
    return (f'.TH {escape(name.upper())} {section} "{DATE}"'
            f' "directmap {version}"\n')


def literal(text):
    """An indented block, line by line."""
    lines = "\n".join(line.expandtabs(8).rstrip()
                      for line in text.rstrip("\n").split("\n"))
    return f".PP\n.RS\n.nf\n{escape(lines)}\n.fi\n.RE\n"


def sentence(text):
    """A clause as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def wrap(page):
    """Text lines of a page, folded again where that changes nothing."""
    out, words, literally, tag = [], [], False, False
    page = re.sub(r"^(\.S[HS] .*|\.PP)\n\.PP$", r"\1", page, flags=re.M)

    def flush():
        text = " ".join(words)
        words.clear()
        # A new line after a sentence, so that its blank is as wide as it should be.
        for part in re.split(r"(?<=[a-z0-9)\]][.?:]) (?=[A-Z\\])", text):
            for line in textwrap.wrap(part, WIDTH, break_long_words=False,
                                      break_on_hyphens=False):
                out.append(re.sub(r"^(?=[.'])", r"\\&", line))

    for line in page.split("\n"):
        if line == ".nf":
            literally = True
        elif line == ".fi":
            literally = False
        if line.startswith((".", "'")) or literally or tag:
            flush()
            out.append(line)
        elif line:
            words.append(line)
        # What stands behind it is a line of its own: the tag of a paragraph.
        tag = line in (".TP", ".TQ")
    flush()
    return "\n".join(out) + "\n"
