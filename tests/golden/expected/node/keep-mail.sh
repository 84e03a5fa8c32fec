#!/bin/sh
# Keeps a mail that Asterisk wrote as /state/spool/mail/TENANT__NAME.eml
set -eu
umask 077
folder=/state/spool/mail
mail=$(mktemp "$folder/.XXXXXXXXXXXX")
cat >"$mail"
# From: TENANT <address>
tenant=$(sed -n 's/^From: [^<a-z]*\([a-z0-9-]*\).*/\1/p' "$mail" | head -n 1)
sed -i '1,/^From: /s/^From: .*<\(.*\)>/From: <\1>/' "$mail"
sync "$mail"
mv "$mail" "$folder/${tenant:-unknown}__${mail##*/.}.eml"
sync "$folder"
