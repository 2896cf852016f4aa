# SPDX-License-Identifier: GPL-2.0-or-later
#
# apt with a configuration folder of its own, for arm64 or the architecture in
# $APT_ARCH; sourced. Nothing is installed: it only fetches, from the mirror that
# this machine's own apt uses.

# The mirror of the machine's own lists that has the Debian archive.
debian_mirror() {
	apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(ORIGIN)' \
		'Created-By: Packages' 2>/dev/null |
		awk '$2 == "main" && $3 == "Debian" { print $1; exit }'
	# Lists may not be there yet: what the sources name.
	cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		awk '/^(URIs:|deb )/ { for (i = 2; i <= NF; i++)
			if ($i ~ /:\/\/.*\/debian\/?$/) { print $i; exit } }'
}

# private_apt FOLDER SUITE...: a new folder, and APT_CONFIG set to use it.
private_apt() {
	local apt=$1 key=/usr/share/keyrings/debian-archive-keyring.gpg
	local from suite arch=${APT_ARCH:-arm64}

	shift
	from=$(debian_mirror | head -n 1) || true
	rm -rf "$apt"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" \
		"$apt/none" "$apt/debs"
	: >"$apt/status"
	for suite in "$@"; do
		echo "deb [signed-by=$key] $from $suite main"
	done >"$apt/sources.list"
	cat >"$apt/conf" <<-END
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "$apt/none";
		Dir::Etc::preferencesparts "$apt/none";
		Dir::State "$apt";
		Dir::State::Lists "$apt/lists";
		Dir::State::status "$apt/status";
		Dir::Cache "$apt/cache";
		APT::Architecture "$arch";
		#clear APT::Architectures;
		APT::Architectures { "$arch"; };
		Acquire::Languages "none";
	END
	export APT_CONFIG=$apt/conf
}
