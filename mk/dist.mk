# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is given to others: the tarball, Debian packages, RPMs.

DIST = directmap-$(VERSION)
TARBALL = $(B)/$(DIST).tar.gz

.PHONY: dist check-packages check-packages-full

# Of the commit that is checked out, whatever else lies about. Its bytes depend on
# the files and on one time alone: SOURCE_DATE_EPOCH, else the commit's.
dist:
	@mkdir -p $(B)
	@command -v git >/dev/null || { echo "git is missing (Debian: git)"; exit 1; }
	@git diff --quiet HEAD || echo "dist: of HEAD, without what is not committed"
	packaging/tarball HEAD $(DIST) $(TARBALL)

# Of the commit that is checked out, on the least system of Debian 12.
check-packages: deps-check
	tests/packages/run $(B)/packages bookworm

# Not in CI. FULL: which parts.
FULL ?= native:bookworm native:trixie native:forky cross:bookworm rpm \
	scratch:bookworm scratch:trixie
check-packages-full: deps-check
	tests/packages/full $(B)/packages-full $(FULL)
