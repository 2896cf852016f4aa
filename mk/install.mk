# SPDX-License-Identifier: GPL-2.0-or-later
#
# install, uninstall, clean. All paths but B may have blanks in them.
#
# By parts, as packages have them: install-tool, install-shared and install-devel
# (together install-libraries), install-extensions, install-python.

bindir ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
libdir ?= $(LIBDIR)
includedir ?= $(PREFIX)/include
datadir ?= $(PREFIX)/share
mandir ?= $(datadir)/man
docdir ?= $(datadir)/doc/kdump-triage
pkgconfigdir ?= $(libdir)/pkgconfig
exampledir ?= $(docdir)/docs/examples
bashdir ?= $(datadir)/bash-completion/completions
zshdir ?= $(datadir)/zsh/site-functions
# Where the python3 that runs here looks below the prefix; else as is usual.
ask_python = import site, sys; at = sys.argv[1] + "/lib"; \
	print(([d for d in site.getsitepackages() if d.startswith(at)] or \
	[at + "/python%d.%d/site-packages" % sys.version_info[:2]])[0])
pythondir ?= $(call once,pythondir,python3 -c '$(ask_python)' '$(PREFIX)')

HEADERS = $(wildcard lib/include/*.h lib/include/*/*.h)
INSTALLED_LIBS = libdirectmap libdirectmap-dump
has_crash = $(wildcard $(CRASH_INCDIR)/crash/defs.h $(CRASH_INCDIR)/defs.h)

# ---- Files that are installed as they are --------------------------------------

# Each is MODE:ROOT:NAME:SOURCE; ROOT is a shell variable of roots, below.
# $(1) mode, $(2) root, $(3) folder below that with its /, or none, $(4) sources.
flat = $(foreach f,$(4),$(1):$(2):$(3)$(notdir $f):$f)
# The same with their own folders, $(4) cut off.
deep = $(foreach f,$(5),$(1):$(2):$(3)$(f:$(4)%=%):$f)

roots = bin='$(DESTDIR)$(bindir)' include='$(DESTDIR)$(includedir)' \
	man='$(DESTDIR)$(mandir)' doc='$(DESTDIR)$(docdir)' \
	data='$(DESTDIR)$(datadir)' example='$(DESTDIR)$(exampledir)' \
	bash='$(DESTDIR)$(bashdir)' zsh='$(DESTDIR)$(zshdir)' \
	python='$(DESTDIR)$(pythondir)' crash='$(DESTDIR)$(CRASH_EXTDIR)'

# $(1) sections of the manual.
manual = $(foreach s,$(1),$(call flat,644,man,man$s/,$(wildcard \
	docs/*.$s docs/man/*.$s)))
TOOL_FILES = $(call flat,755,bin,,$(B)/kdump-triage) \
	$(call manual,1 5 7) \
	$(call flat,644,bash,,$(wildcard completions/bash/*)) \
	$(call flat,644,zsh,,$(wildcard completions/zsh/*)) \
	$(call flat,644,data,kdump-triage/policies/,$(wildcard docs/policies/*)) \
	$(call flat,755,data,kdump-triage/recipes/,$(wildcard docs/recipes/*)) \
	$(call flat,644,data,kdump-triage/schema/,$(wildcard docs/schema/*.json)) \
	$(call deep,644,doc,,,$(wildcard *.md docs/*.md docs/*.svg docs/*.png \
		docs/*/*.svg docs/*/*.png))
DEVEL_FILES = $(call deep,644,include,,lib/include/,$(HEADERS)) \
	$(call manual,3) \
	$(call flat,644,example,,$(wildcard docs/examples/*.c))
CRASH_FILES = $(call flat,755,crash,,$(B)/directmap.so) $(call manual,8)
PYTHON_FILES = $(call deep,644,python,,bindings/python/,$(wildcard \
	$(foreach f,*.py *.pyi py.typed,bindings/python/directmap/$f \
	bindings/python/directmap/*/$f)))

# For each of $(1) a command: $$mode, $$source, $$to are its own.
each_file = $(roots); for file in $(1); do \
		mode=$${file%%:*}; file=$${file\#*:}; \
		eval "root=\$$$${file%%:*}"; file=$${file\#*:}; \
		to=$$root/$${file%%:*}; source=$${file\#*:}; \
		$(2) || exit; \
	done
put = @echo 'install: $(words $(1)) files of $@'; \
	$(call each_file,$(1),install -D -m "$$mode" "$$source" "$$to")

# ---- install -------------------------------------------------------------------

.PHONY: install install-tool install-libraries install-shared install-devel \
	install-extensions install-python uninstall clean

# The extension too, where crash's defs.h is, and the Python module, where python3 is.
install: install-tool install-libraries $(if $(has_crash),install-extensions) \
	$(if $(shell command -v python3),install-python)
install-libraries: install-shared install-devel

install-tool: all
	$(call put,$(TOOL_FILES))
install-extensions: extensions
	$(call put,$(CRASH_FILES))
install-python:
	$(if $(PYTHON_FILES),$(call put,$(PYTHON_FILES)))

install-shared: lib lib-dump
	mkdir -p '$(DESTDIR)$(libdir)'
	for lib in $(INSTALLED_LIBS); do \
		install -m 755 '$(B)'/$(call so_file,$$lib) '$(DESTDIR)$(libdir)' && \
		ln -sf $(call so_file,$$lib) \
			'$(DESTDIR)$(libdir)'/$(call so_name,$$lib) || exit; \
	done

# A path in a .pc file: by the prefix, so that the tree can be moved.
in_pc = $(subst $(PREFIX)/,$${prefix}/,$(1))
install-devel: lib lib-dump
	$(call put,$(DEVEL_FILES))
	mkdir -p '$(DESTDIR)$(libdir)' '$(DESTDIR)$(pkgconfigdir)'
	for lib in $(INSTALLED_LIBS); do \
		install -m 644 '$(B)'/$$lib.a '$(DESTDIR)$(libdir)' && \
		ln -sf $(call so_name,$$lib) '$(DESTDIR)$(libdir)'/$$lib.so && \
		sed -e 's|@prefix@|$(PREFIX)|' \
			-e 's|@libdir@|$(call in_pc,$(libdir))|' \
			-e 's|@includedir@|$(call in_pc,$(includedir))|' \
			-e 's|@version@|$(VERSION)|' lib/$${lib#lib}.pc.in \
			>'$(DESTDIR)$(pkgconfigdir)'/$${lib#lib}.pc || exit; \
	done

# ---- uninstall -----------------------------------------------------------------

# Folders that are ours alone go too, once they are empty.
uninstall:
	@$(call each_file,$(TOOL_FILES) $(DEVEL_FILES) $(CRASH_FILES) \
		$(PYTHON_FILES),rm -f "$$to")
	for lib in $(INSTALLED_LIBS); do \
		for file in $$lib.a $(call so_names,$$lib); do \
			rm -f '$(DESTDIR)$(libdir)'/$$file; \
		done; \
		rm -f '$(DESTDIR)$(pkgconfigdir)'/$${lib#lib}.pc; \
	done
	@for folder in '$(DESTDIR)$(includedir)/directmap' '$(DESTDIR)$(docdir)' \
		'$(DESTDIR)$(datadir)/kdump-triage' \
		'$(DESTDIR)$(pythondir)/directmap'; do \
		test ! -d "$$folder" || { \
			find "$$folder" -path '*/__pycache__/*.pyc' -delete; \
			find "$$folder" -depth -type d -empty -delete; } || exit; \
	done

# ---- clean ---------------------------------------------------------------------

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
