# SPDX-License-Identifier: GPL-2.0-or-later
"""Man pages of the libraries: a page for each public header, of its comments."""
import os
import re
import textwrap

import roff
from roff import escape, literal

FOLDER = "lib/include/directmap"
# What another library than libdirectmap has.
OF_DUMP = ("dump", "debuginfo")


class Item:
    """A declaration, and what is said of it."""

    def __init__(self, doc, code):
        self.doc = doc
        self.code = code
        self.exported = code.startswith("DM_API")
        self.inline = code.startswith("static inline")
        flat = re.sub(r"/\*.*?\*/", " ", code, flags=re.S)
        found = re.search(r"\b(\w+)\s*\((?!\*)", flat)
        if self.exported or self.inline:
            self.name = found[1]
        else:
            self.name = (re.search(r"(?:enum|struct)\s+(\w+)|#define\s+(\w+)"
                                   r"|\(\*(\w+)\)", flat) or [""])[0]

    def prototype(self):
        flat = re.sub(r"/\*.*?\*/", " ", self.code, flags=re.S)
        flat = flat.split("{")[0] + ("" if self.exported else ";")
        flat = re.sub(r"DM_API|__attribute__\s*\(\(.*?\)\)(?=[\s;])", "", flat,
                      flags=re.S)
        flat = re.sub(r"\s+", " ", flat).strip()
        return re.sub(r"\s+(?=;)|(?<=\*)\s+|(?<=\()\s+", "", flat)

    def shown(self):
        """The declaration with plain comments."""
        return re.sub(r"/\*\*<?", "/*", self.code).replace("@p ", "")


class Header:
    """One of the installed headers."""

    def __init__(self, tree, base):
        self.base = base
        self.page = "dm_" + base
        with open(os.path.join(tree, FOLDER, base + ".h"),
                  encoding="utf-8") as file:
            text = file.read()
        found = re.search(r"/\*\*\s*@file\s*\n(.*?)\*/|"
                          r"/\*\*\s*\n \* @file\n(.*?)\*/", text, re.S)
        self.doc = undecorate(found[1] or found[2])
        self.uses = re.findall(r"#include <directmap/(\w+)\.h>", text)
        text = text[found.end():text.rindex("#endif")]
        self.items = items(re.sub(r"^(DM_(BEGIN|END)_DECLS|#define"
                                  r" DIRECTMAP_\w+_H)$", "", text, flags=re.M))

    def brief(self):
        """The first clause of what the header says of itself."""
        first = re.split(r"(?<=[.;])\s", " ".join(self.doc.split()))[0]
        first = first.rstrip(".:;")
        return re.sub(r"^([A-Z])(?=[a-z ])", lambda m: m[1].lower(), first)

    def exported(self):
        return [i for i in self.items if i.exported]


def undecorate(comment):
    """What a comment says, without its stars."""
    return re.sub(r"^[ \t]*\*+ ?", "", comment, flags=re.M).strip("\n")


def items(text):
    """Declarations with the comment before each; others have one in common."""
    found, doc, at = [], "", 0
    while at < len(text):
        rest = text[at:]
        if rest.startswith("/**") and not rest.startswith("/**<"):
            end = text.index("*/", at)
            doc = undecorate(text[at + 3:end])
            at = end + 2
        elif rest.startswith("/*"):
            at = text.index("*/", at) + 2
        elif rest.startswith("#"):
            line = re.match(r"(?:[^\n\\]|\\\n|\\)*", rest)[0]
            if line.startswith("#define") and doc:
                found.append(Item(doc, line))
                doc = ""
            at += len(line)
        elif rest[0].isspace():
            at += 1
        else:
            size = declaration_size(rest)
            code = rest[:size].strip()
            if doc:
                found.append(Item(doc, code))
            doc = ""
            at += size
    return found


def declaration_size(text):
    """To the ";" that ends it, or a function's last brace."""
    depth, at = 0, 0
    function = text.startswith("static inline")
    while at < len(text):
        if text.startswith("/*", at):
            at = text.index("*/", at) + 2
            continue
        if text[at] in "{(":
            depth += 1
        elif text[at] in "})":
            depth -= 1
            if not depth and text[at] == "}" and function:
                return at + 1
        elif text[at] == ";" and not depth:
            return at + 1
        at += 1
    return at


# ---- What is said ------------------------------------------------------------------

def inline(text):
    """Words of a comment as a man page has them."""
    text = escape(text.replace("\\@", "@"))
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    text = re.sub(r"@p (\*?\w+)", r"\\fI\1\\fR", text)
    return re.sub(r"\b(dm_\w+)\(\)", r"\\fB\1\\fR()", text)


def paragraphs(doc):
    """Plain paragraphs, lists and code of a comment."""
    out = ""
    for block in re.split(r"\n\s*\n", doc):
        if all(line.startswith("\t") for line in block.split("\n")):
            out += literal(textwrap.dedent(block))
            continue
        parts = re.split(r"(?m)^ - ", block)
        if parts[0].strip():
            out += ".PP\n" + inline(" ".join(parts[0].split())) + "\n"
        for part in parts[1:]:
            out += ".IP \\(bu 2\n" + inline(" ".join(part.split())) + "\n"
    return out


def tags(doc):
    """What stands before the first @param or @returns, and those."""
    parts = re.split(r"(?:^|(?<=[\s.]))@(param|returns|return)\b", doc)
    return parts[0].strip(), list(zip(parts[1::2], parts[2::2]))


def described(item):
    plain, tagged = tags(item.doc)
    text = re.sub(r"^\.PP\n", "", paragraphs(plain)) if plain else ""
    for tag, said in tagged:
        if tag == "param":
            name, _, said = said.strip().partition(" ") if " " in \
                said.strip().split("\n")[0] else said.strip().partition("\t")
            name, _, more = name.partition("\t")
            words = " ".join((more + " " + said).split())
            text += f".RS\n.TP\n.I {escape(name)}\n{inline(words)}\n.RE\n"
        else:
            words = " ".join(said.split())
            text += (".RS\n.TP\nReturns\n" + inline(words) + "\n.RE\n")
    return text


# ---- Pages ---------------------------------------------------------------------------

def all_headers(tree):
    names = sorted(n[:-2] for n in os.listdir(os.path.join(tree, FOLDER))
                   if n.endswith(".h"))
    return [Header(tree, n) for n in names if n != "api"]


def libraries():
    return ("libdirectmap (\\-ldirectmap), libdirectmap\\-dump"
            " (\\-ldirectmap\\-dump)\n"
            "pkg\\-config directmap, pkg\\-config directmap\\-dump\n")


def page_list(tree):
    return "".join(f".TP\n.BR {h.page} (3)\n"
                   f"{escape(roff.sentence(h.brief()))}\n"
                   for h in all_headers(tree))


def folded(prototype):
    """A prototype in lines, as a synopsis has it: none ends within a parameter."""
    lines = [""]
    for part in re.split(r"(?<=,) (?![^(]*\)\()", prototype):
        if lines[-1] and len(lines[-1]) + 1 + len(part) > 74:
            lines.append("        " + part)
        else:
            lines[-1] += (" " if lines[-1] else "") + part
    return "\n".join(lines)


def synopsis(header):
    lines = [f"#include <directmap/{header.base}.h>"]
    for item in header.items:
        if item.exported or item.inline:
            lines += ["", folded(item.prototype())]
    return ".nf\n" + escape("\n".join(lines)) + "\n.fi\n"


def page(header, version):
    names = [header.page] + [i.name for i in header.exported()]
    library = "dump" if header.base in OF_DUMP else ""
    link = "directmap" + ("\\-" + library if library else "")
    text = roff.title(header.page, 3, version)
    text += f".SH NAME\n{', '.join(names)} \\- {escape(header.brief())}\n"
    text += f".SH LIBRARY\nlib{link} (\\-l{link}, pkg\\-config {link})\n"
    text += ".SH SYNOPSIS\n" + synopsis(header)
    text += ".SH DESCRIPTION\n" + re.sub(r"^\.PP\n", "", paragraphs(header.doc))
    types = [i for i in header.items if not i.exported and not i.inline]
    functions = [i for i in header.items if i.exported or i.inline]
    if types:
        text += ".SH TYPES AND CONSTANTS\n"
    for i, item in enumerate(types):
        said = re.sub(r"^\.PP\n", "", described(item)) if not i else \
            ".PP\n" + described(item)
        text += said + literal(item.shown())
    if functions:
        text += ".SH FUNCTIONS\n"
    for item in functions:
        text += f".TP\n.BR {item.name} ()\n{described(item)}"
    return text + see_also(header)


def see_also(header):
    names = sorted({"libdirectmap"} |
                   {"dm_" + u for u in header.uses if u != "api"})
    return (".SH SEE ALSO\n" +
            ",\n".join(f".BR {n.replace('-', chr(92) + '-')} (3)"
                       for n in names) + "\n")


def write_pages(tree, out, version):
    for header in all_headers(tree):
        text = ('.\\" SPDX-License-Identifier: GPL-2.0-or-later\n'
                f'.\\" Made by docs/generate/man_pages of {FOLDER}/'
                f'{header.base}.h.\n' + roff.wrap(page(header, version)))
        with open(os.path.join(out, header.page + ".3"), "w",
                  encoding="utf-8") as file:
            file.write(text)
