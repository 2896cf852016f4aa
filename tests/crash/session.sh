# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the crash tests share; sourced by them. They set: tool (kdump-triage),
# work (a folder, absolute), base (the suite whose defs.h and C library
# directmap.so is built on) and, before session(), crash (the command that
# starts crash) and options (an array).

passed=0 failed=0 skipped=0

# crash parts the words of its commands at blanks: a path without them.
case $work in
*[[:space:]]*)
	link=$(mktemp -d)
	trap 'rm -r "$link"' EXIT
	ln -s "$work" "$link/work"
	work=$link/work
	;;
esac

pass() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAILED: $*"
}

# ---- What is made once ------------------------------------------------------

cross() {
	clang --target=aarch64-linux-gnu --sysroot="$work/$base" -fuse-ld=lld \
		-std=gnu11 -D_GNU_SOURCE "$@"
}

# $1 crash's own source tree, or as much of it as we need: extensions/ with defs.h.
copy_into_tree() {
	mkdir -p "$1/extensions"
	rm -rf "$1/extensions/libdirectmap" "$1/extensions/directmap.so"
	cp extensions/* "$1/extensions/" &&
		cp -r lib "$1/extensions/libdirectmap"
}

# One object, built on the oldest defs.h; others only have to compile. As analysts
# build it: inside crash's tree.
build_extension() {
	copy_into_tree "$work/tree" &&
		cp "$work/$base/usr/include/crash/defs.h" "$work/tree/extensions/" &&
		make -C "$work/tree/extensions" -f directmap.mk TARGET=ARM64 \
			CC="clang --target=aarch64-linux-gnu --sysroot=$work/$base -fuse-ld=lld" \
			TARGET_CFLAGS="-nostdlib -mno-outline-atomics -Wextra -Werror" \
			JANSSON_CFLAGS= JANSSON_LIBS="-ljansson -lc" >"$work/log" 2>&1 &&
		cp "$work/tree/extensions/directmap.so" "$work/"
}

compile_against() {
	# Its defs.h alone: the C library is the oldest one's.
	mkdir -p "$work/$1.defs/crash"
	cp "$work/$1/usr/include/crash/defs.h" "$work/$1.defs/crash/"
	cross -Wno-unused-command-line-argument -O2 -fsyntax-only -Wall -Wextra -Werror -DARM64 -Ilib/include -Ilib \
		-isystem "$work/$1.defs" extensions/directmap.c
}

# crash --minimal wants DWARF that knows struct task_struct, and no symbols.
build_namelist() {
	echo 'struct task_struct { volatile long state; int pid; } init_task;
	      void _stext(void) {}' >"$work/namelist.c"
	link_namelist "$work/vmlinux" "$work/namelist.c" 0xffff800080010000
}

# link_namelist OUT SOURCE STEXT OPTION...: for arm64, with debug information.
link_namelist() {
	clang --target=aarch64-linux-gnu -fuse-ld=lld -g -gdwarf-4 \
		-ffreestanding -nostdlib -static -Wl,-Ttext="$3" \
		-Wl,--entry=_stext "${@:4}" "$2" -o "$1"
}

# image_namelist OUT TEXT PGD FLAGS: symbols by their distance from _text, as it is
# linked; FLAGS as in the Image header (crash has the page size from there where
# VMCOREINFO does not tell).
image_namelist() {
	local name offset symbols=()

	while read -r name offset; do
		symbols+=("-Wl,--defsym=$name=$(printf 0x%x $(($2 + offset)))")
	done <<-END
		_text 0
		linux_banner 0x1000100
		vmcoreinfo_data 0x1000800
		vmcoreinfo_note 0x1000808
		kimage_voffset 0x1000810
		swapper_pg_dir $3
		init_uts_ns 0x2778400
		_end 0x2800000
	END
	cat >"$work/namelist.c" <<-END
		enum pageflags { PG_locked1 = 1, PG_referenced = 9, PG_dirty = 17,
				 __NR_PAGEFLAGS = 20, PG_beyond = 25 };
		struct page { unsigned long flags; };
		struct vmap_area { unsigned long va_start : 40, va_end; };
		struct task_struct { volatile long state; int pid; } init_task;
		enum pageflags flag;
		struct page page;
		struct vmap_area area;
		void _stext(void) {}
	END
	link_namelist "$1" "$work/namelist.c" \
		"$(printf 0x%x $(($2 + 0x10000)))" "${symbols[@]}" \
		"-Wl,--defsym=_kernel_flags_le_lo32=$4" \
		"-Wl,--defsym=_kernel_flags_le_hi32=0"
}

# One that agrees with the VMCOREINFO of generated dumps, KASLR's offset less.
build_real_namelist() {
	image_namelist "$work/namelist" 0xffff800080000000 0x1e00000 0xa
}

# choose_minimal DUMP: the options of a --minimal session for it.
choose_minimal() {
	options=(--minimal)
	# crash knows no 16K pages with 52 bits: it reads in pieces of 4K then.
	case $("$tool" --json "$1" 2>/dev/null) in
	*'"page_size":16384'*) options+=(-p 4096) ;;
	esac
}

# ---- A session --------------------------------------------------------------

# session VMLINUX DUMP: commands on stdin, all that crash says on stdout.
session() {
	{ cat; echo "exit"; } >"$work/commands"
	HOME=$work TERM=dumb timeout "${session_seconds:-120}" $crash \
		--no_crashrc --no_scroll "${options[@]}" -i "$work/commands" \
		"$1" "$2" </dev/null 2>&1
}

# ---- Same bytes -------------------------------------------------------------

# In crash's options, in kdump-triage's.
views=(
	"|report"
	"-j|report --json"
	"-f|report --format meminfo"
	"-r|runs"
	"-r -j|runs --json"
	"-r 0xffff000000400000-fffffff000000000|runs --range 0xffff000000400000-0xfffffff000000000"
)

# Those that look at more of the kernel than its page tables.
places="swapper_pg_dir 0x40210000 pfn:0x41000"
more_views=(
	"-s|splits"
	"-s -j|splits --json"
	"-t|splits --timeline"
	"-m|map"
	"-m -j 0xffff000000400000-0xfffffff000000000|map --json --zoom 0xffff000000400000-0xfffffff000000000"
	"-p|policy"
	"-p -j|policy --json"
	"-c|counters"
	"-c -j|counters --json"
	"-e $places|explain $places"
	"-j -e $places|explain --json $places"
)
chosen=("${views[@]}" "${more_views[@]}")

# Why a page is not in the dump is more than crash tells.
without_reasons() {
	sed -E -i 's/(the page at )?physical address 0x[0-9a-f]+ is not in the dump[^;"]*/ABSENT/g' "$@"
}

# compare_dump NAME VMLINUX DUMP: each chosen view, byte for byte.
compare_dump() {
	local name=$1 vmlinux=$2 dump=$3 i

	rm -f "$work"/ours.* "$work"/theirs.*
	{
		echo "extend $work/directmap.so"
		for i in "${!chosen[@]}"; do
			echo "directmap ${chosen[i]%%|*} > $work/theirs.$i"
		done
	} | session "$vmlinux" "$dump" >"$work/log"
	for i in "${!chosen[@]}"; do
		"$tool" ${chosen[i]#*|} "$dump" >"$work/ours.$i" 2>/dev/null
		case $? in
		0 | 4) ;;
		*) fail "$name: kdump-triage itself" ;;
		esac
		# crash echoes a command that it has from a file.
		sed -i '1{/^crash> /d}' "$work/theirs.$i" 2>/dev/null
		case ${chosen[i]} in
		*explain*) without_reasons "$work/ours.$i" "$work/theirs.$i" 2>/dev/null ;;
		esac
		if [ -s "$work/ours.$i" ] && cmp -s "$work/ours.$i" "$work/theirs.$i"; then
			pass
		else
			fail "$name: directmap ${chosen[i]%%|*}"
			tail -n 5 "$work/log"
			diff "$work/ours.$i" "$work/theirs.$i" 2>&1 | head -n 5 |
				cut -c 1-400
		fi
	done
}
