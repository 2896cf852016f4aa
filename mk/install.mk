# SPDX-License-Identifier: GPL-2.0-or-later
#
# install, uninstall, clean. All paths may have blanks in them.

bindir ?= $(PREFIX)/bin
libdir ?= $(PREFIX)/lib
includedir ?= $(PREFIX)/include
mandir ?= $(PREFIX)/share/man
pkgconfigdir ?= $(libdir)/pkgconfig
bashcompdir ?= $(PREFIX)/share/bash-completion/completions
zshcompdir ?= $(PREFIX)/share/zsh/site-functions
schemadir ?= $(PREFIX)/share/kdump-triage/schema

HEADERS = $(wildcard lib/include/*.h lib/include/*/*.h)
MAN_PAGES = $(wildcard docs/man/*.[1-8])
SCHEMAS = $(wildcard docs/schema/*.json)
INSTALLED_LIBS = libdirectmap libdirectmap-dump
has_crash = $(wildcard $(CRASH_INCDIR)/crash/defs.h $(CRASH_INCDIR)/defs.h)

.PHONY: install install-tool install-libraries uninstall clean

# The extension too, where crash's defs.h is.
install: install-tool install-libraries $(if $(has_crash),install-extensions)

install-tool: all
	install -D -m 755 '$(B)/kdump-triage' '$(DESTDIR)$(bindir)/kdump-triage'
	for page in $(MAN_PAGES); do \
		install -D -m 644 "$$page" \
			'$(DESTDIR)$(mandir)'/man$${page##*.}/"$${page##*/}" || \
			exit; \
	done
	install -D -m 644 completions/bash/kdump-triage \
		'$(DESTDIR)$(bashcompdir)/kdump-triage'
	install -D -m 644 completions/zsh/_kdump-triage \
		'$(DESTDIR)$(zshcompdir)/_kdump-triage'
	for schema in $(SCHEMAS); do \
		install -D -m 644 "$$schema" \
			'$(DESTDIR)$(schemadir)'/"$${schema##*/}" || exit; \
	done

# A path in a .pc file: by the prefix, so that the tree can be moved.
in_pc = $(subst $(PREFIX)/,$${prefix}/,$(1))
install-libraries: lib lib-dump
	for header in $(HEADERS:lib/include/%=%); do \
		install -D -m 644 "lib/include/$$header" \
			'$(DESTDIR)$(includedir)'/"$$header" || exit; \
	done
	for lib in $(INSTALLED_LIBS); do \
		install -D -m 644 '$(B)'/$$lib.a '$(DESTDIR)$(libdir)'/$$lib.a && \
		install -m 755 '$(B)'/$(call so_file,$$lib) '$(DESTDIR)$(libdir)' && \
		ln -sf $(call so_file,$$lib) \
			'$(DESTDIR)$(libdir)'/$(call so_name,$$lib) && \
		ln -sf $(call so_name,$$lib) '$(DESTDIR)$(libdir)'/$$lib.so || \
			exit; \
	done
	mkdir -p '$(DESTDIR)$(pkgconfigdir)'
	for lib in $(INSTALLED_LIBS); do \
		sed -e 's|@prefix@|$(PREFIX)|' \
			-e 's|@libdir@|$(call in_pc,$(libdir))|' \
			-e 's|@includedir@|$(call in_pc,$(includedir))|' \
			-e 's|@version@|$(VERSION)|' lib/$${lib#lib}.pc.in \
			>'$(DESTDIR)$(pkgconfigdir)'/$${lib#lib}.pc || exit; \
	done

uninstall:
	rm -f '$(DESTDIR)$(bindir)/kdump-triage' \
		'$(DESTDIR)$(bashcompdir)/kdump-triage' \
		'$(DESTDIR)$(zshcompdir)/_kdump-triage' \
		'$(DESTDIR)$(CRASH_EXTDIR)/directmap.so'
	for page in $(MAN_PAGES); do \
		rm -f '$(DESTDIR)$(mandir)'/man$${page##*.}/"$${page##*/}"; \
	done
	for schema in $(SCHEMAS); do \
		rm -f '$(DESTDIR)$(schemadir)'/"$${schema##*/}"; \
	done
	for lib in $(INSTALLED_LIBS); do \
		for file in $$lib.a $(call so_names,$$lib); do \
			rm -f '$(DESTDIR)$(libdir)'/$$file; \
		done; \
		rm -f '$(DESTDIR)$(pkgconfigdir)'/$${lib#lib}.pc; \
	done
	for header in $(HEADERS:lib/include/%=%); do \
		rm -f '$(DESTDIR)$(includedir)'/"$$header"; \
	done
	test ! -d '$(DESTDIR)$(includedir)/directmap' || \
		rmdir '$(DESTDIR)$(includedir)/directmap'

# What was built in B, and never anything else: no folder that has the sources in
# it or is one of theirs, nor one elsewhere that is not of a build.
clean:
	@b=$$(realpath -ms -- '$(B)'); here=$$(realpath .); \
	case $$here/ in "$${b%/}"/*) \
		echo "clean: B=$(B) has the sources in it"; exit 1;; esac; \
	case $$b in \
	"$$here"/build | "$$here"/build/*) ;; \
	*) test ! -e "$$b" || test -d "$$b"/lib -a -d "$$b"/cli -a \
		! -e "$$b"/Makefile -a -e "$$b"/lib/util/error.d || \
		{ echo "clean: B=$(B) is no folder that make built in"; exit 1; };; \
	esac; \
	echo "rm -rf $$b"; rm -rf -- "$$b"
