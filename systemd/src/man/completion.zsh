#compdef barkeeper
# zsh completion for barkeeper(1)

# What may follow a verb: +VERB, --flag, --option:KIND, and =KIND for its arguments.
_barkeeper_table() {
    case $1 in
@TABLE@
    esac
}

_barkeeper() {
    local verb kind token word i cur=$words[CURRENT] prev=$words[CURRENT-1]
    local -a table wanted
    table=(${=$(_barkeeper_table '')})
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        if [[ $word == -* ]]; then
            [[ $word == *=* || " $table " != *" $word:"* ]] || ((i++))
        elif [[ " $table " == *" +$word "* ]]; then
            verb=${verb:+$verb-}$word
            table=(${=$(_barkeeper_table "$verb")})
        fi
    done
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*}
        cur=${cur#*=}
        compset -P '*='
    fi
    for token in $table; do
        [[ $token != "$prev":* ]] || kind=${token#*:}
    done
    if [[ -z $kind && $cur != -* ]]; then
        for token in $table; do
            [[ $token != "="* ]] || kind=${token#"="}
        done
    fi

    case $kind in
        BDF) compadd -- /sys/bus/pci/devices/*(N:t) ;;
        FILE) _files ;;
        DIR) _files -/ ;;
        ACTION)
            if [[ $cur == *:* ]]; then
                compadd -- "${cur%%:*}:"${^$(print -l /sys/bus/pci/devices/*(N:t))}
            else
                compadd -S '' -- rescan remove: unbind: bind: decode: window: align: resize: numvfs: renumber: \
                    rescan-bus: hotplug: unplug: poweroff: poweron: power-loss:
            fi
            ;;
        TEXT) _message 'text' ;;
        ?*) compadd -- ${(s:,:)kind} ;;
        *)
            for token in $table; do
                case $token in
                    +*) [[ $cur == -* ]] || wanted+=(${token#+}) ;;
                    -*) [[ $cur != -* ]] || wanted+=(${token%%:*}) ;;
                esac
            done
            compadd -- $wanted
            ;;
    esac
}

_barkeeper "$@"
