# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of packages share; sourced by them. They set work, a folder,
# absolute.

version=$(sed -n 's/^#define DM_VERSION "\(.*\)"$/\1/p' lib/include/directmap/api.h)
name=directmap-$version
passed=0 failed=0 skipped=0
. "$(dirname "$0")/../crash/apt.sh"

# $1 what is tested, then a command that must succeed; its output is in $work/log.
check() {
	local what=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
		echo "passed: $what"
	else
		echo "FAILED: $what"
		tail -n 40 "$work/log"
		failed=$((failed + 1))
		return 1
	fi
}

skip() {
	echo "SKIPPED: $*"
	skipped=$((skipped + 1))
}

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	test $failed = 0
}

# ---- Building ------------------------------------------------------------------

# What make itself was told is not for what packages are built with.
alone() { env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u CC -u CFLAGS -u B "$@"; }

# unpack FOLDER: the tarball in a new folder, as Debian's source packages want it.
unpack() {
	rm -rf "$1"
	mkdir -p "$1"
	cp "$work/$name.tar.gz" "$1/directmap_$version.orig.tar.gz" &&
		tar -x -C "$1" -f "$work/$name.tar.gz"
}

# debs FOLDER: packages of the tree that was unpacked there, without its tests.
debs() {
	(cd "$1/$name" && DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" \
		DEB_BUILD_PROFILES=nocheck alone dpkg-buildpackage -us -uc)
}

# rpms FOLDER: RPMs of the tarball below it. Debian's rpm knows none of Debian's
# packages: --nodeps.
rpms() {
	rm -rf "$1"
	SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) alone rpmbuild --nodeps \
		--without check --define "_topdir $1" --define '_buildhost localhost' \
		--define 'use_source_date_epoch_as_buildtime 1' \
		--define 'clamp_mtime_to_source_date_epoch 1' \
		-ta "$work/$name.tar.gz"
}

# ---- Systems -------------------------------------------------------------------

# The least that apt works in, of a suite, as ROOT, made anew.
# make_root SUITE ROOT MMDEBSTRAP-OPTION...
make_root() {
	local suite=$1 root=$2
	shift 2
	rm -rf "$root"
	mmdebstrap --mode=root --variant=minbase --format=directory \
		--skip=output/dev,output/mknod "$@" "$suite" "$root" \
		"$(debian_mirror | head -n 1)" >"$work/log" 2>&1
}

# inside ROOT COMMAND...: with processes, mounts and hosts of its own.
inside() {
	local root=$1
	shift
	# shellcheck disable=SC2016 # expanded there
	unshare --mount --pid --fork --uts sh -c '
		mount -t proc proc "$1/proc" &&
		mount --rbind /dev "$1/dev" &&
		mount -t tmpfs tmpfs "$1/tmp" &&
		mkdir -p "$1/tmp/tests" &&
		{ test ! -d "$2" || mount --bind "$2" "$1/mnt"; } &&
		root=$1 && shift 2 && exec env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
			DEBIAN_FRONTEND=noninteractive AUTOPKGTEST_TMP=/tmp/tests \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
		' sh "$root" "${mnt:-}" "$@"
}

# All files of a system but what apt keeps for itself, and what it is told of time.
files_of_system() {
	(cd "$1" && find . -mount \( -path ./proc -o -path ./dev -o -path ./tmp -o \
		-path ./mnt -o -path ./var/cache -o -path ./var/log -o \
		-path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./run \) \
		-prune -o -print | sort)
}

# ---- Packages in a system ------------------------------------------------------

# The packages for those who use them, in /mnt.
users_packages='/mnt/kdump-triage_*.deb /mnt/libdirectmap0_*.deb
	/mnt/libdirectmap-dump0_*.deb /mnt/libdirectmap-dev_*.deb
	/mnt/crash-directmap_*.deb /mnt/python3-directmap_*.deb'

install_in() {
	inside "$1" sh -ec "apt-get -q update
		apt-get install -y -q --no-install-recommends $(echo $users_packages)"
}

# Without a tree beside it: figures as the kernel's own, then library and module.
# shellcheck disable=SC2016 # expanded there
run_in() {
	inside "$1" sh -ec '
		cd /
		dump=/mnt/one.kdump
		kdump-triage $dump | head -n 5
		kdump-triage splits $dump >/dev/null
		kdump-triage check --policy \
			/usr/share/kdump-triage/policies/regression.ini \
			--baseline $dump $dump
		python3 -c "
import directmap
with directmap.open(\"$dump\") as dump:
    print(dump.kernel.release, dump.usage.mapped)"
		test -e /usr/lib/crash/extensions/directmap.so'
}

remove_in() {
	inside "$1" sh -ec "apt-get purge -y -q kdump-triage libdirectmap0 \
			libdirectmap-dump0 libdirectmap-dev crash-directmap python3-directmap
		apt-get autoremove --purge -y -q
		! dpkg -l | grep directmap" && diff "$1.before" <(files_of_system "$1")
}

# autopkgtest ROOT FOLDER: starts from the packages there and what
# debian/tests/control names. Exit code 2: tests for other architectures are left out.
autopkgtest_in() {
	local code=0
	# shellcheck disable=SC2046 # names without blanks
	autopkgtest --no-built-binaries $(find "$2" -name '*.deb' ! -name '*dbgsym*') \
		"$2/$name" -- chroot "$1" || code=$?
	test $code = 0 -o $code = 2
}

# test_packages WHAT SUITE FOLDER MMDEBSTRAP-OPTION...: the packages in FOLDER, beside
# their tree, on the least system of SUITE.
test_packages() {
	local suite=$1 root=$work/root.${1// /-}

	make_root "$2" "$root" "${@:4}" || {
		tail -n 3 "$work/log"
		skip "$suite cannot be fetched here"
		return
	}
	mnt=$3
	cp test-dumps/73-4k-counters.kdump "$mnt/one.kdump"
	files_of_system "$root" >"$root.before"
	check "$suite: packages install" install_in "$root" &&
		check "$suite: what they have runs" run_in "$root"
	check "$suite: nothing is left of them" remove_in "$root"
	check "$suite: autopkgtest" autopkgtest_in "$root" "$3"
	rm -rf "$root"
}
