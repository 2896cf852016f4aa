# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is made of the option table, the headers and the tool's own output, and is
# committed: man pages, completion, tables in documents. `make documents` makes it
# anew; `make check-documents` fails where it differs, and tests it.

$(B)/option_table: $(B)/docs/generate/option_table.o $(ARCHIVES)
	$(call link)

.PHONY: documents check-documents check-schema
documents: all $(B)/option_table
	docs/generate/all $(B) .

check-documents:
	@$(gcc) -j$(JOBS) all build/gcc/option_table
	tests/documents/run build/gcc

# What the tool prints, in the suites too where run-tests kept it in $(KEPT_JSON).
KEPT_JSON ?= build/gcc/kept-json
check-schema:
	@$(gcc) -j$(JOBS) all
	tests/documents/schema build/gcc test-dumps $(wildcard $(KEPT_JSON))
