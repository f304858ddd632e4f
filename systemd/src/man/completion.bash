# bash completion for barkeeper(1)

# What may follow a verb: +VERB, --flag, --option:KIND, and =KIND for its arguments.
_barkeeper_table() {
    case $1 in
@TABLE@
    esac
}

_barkeeper_devices() {
    command ls /sys/bus/pci/devices 2>/dev/null
}

_barkeeper() {
    # shellcheck disable=SC2034 # split is set by the next line
    local cur prev words cword split
    _init_completion -s -n : || return

    local verb='' kind='' table token word i
    table=$(_barkeeper_table '')
    for ((i = 1; i < cword; i++)); do
        word=${words[i]}
        if [[ $word == -* ]]; then
            [[ $word == *=* || " $table " != *" $word:"* ]] || ((i++))
        elif [[ " $table " == *" +$word "* ]]; then
            verb=${verb:+$verb-}$word
            table=$(_barkeeper_table "$verb")
        fi
    done
    for token in $table; do
        [[ $token != "$prev":* ]] || kind=${token#*:}
    done
    if [[ -z $kind && $cur != -* ]]; then
        for token in $table; do
            [[ $token != =* ]] || kind=${token#=}
        done
    fi

    case $kind in
        BDF) mapfile -t COMPREPLY < <(compgen -W "$(_barkeeper_devices)" -- "$cur") ;;
        FILE) _filedir ;;
        DIR) _filedir -d ;;
        ACTION)
            if [[ $cur == *:* ]]; then
                mapfile -t COMPREPLY < <(compgen -P "${cur%%:*}:" -W "$(_barkeeper_devices)" -- "${cur#*:}")
            else
                mapfile -t COMPREPLY < <(compgen -W "rescan rescan: remove: unbind: bind: decode: window: align: \
                    resize: numvfs: renumber: rescan-bus: hotplug: unplug: poweroff: poweron: power-loss:" -- "$cur")
                compopt -o nospace
            fi
            ;;
        TEXT) ;;
        ?*) mapfile -t COMPREPLY < <(compgen -W "${kind//,/ }" -- "$cur") ;;
        *)
            local wanted=''
            for token in $table; do
                case $token in
                    +*) [[ $cur == -* ]] || wanted+=" ${token#+}" ;;
                    -*) [[ $cur != -* ]] || wanted+=" ${token%%:*}" ;;
                esac
            done
            mapfile -t COMPREPLY < <(compgen -W "$wanted" -- "$cur")
            ;;
    esac
    __ltrim_colon_completions "$cur"
}
complete -F _barkeeper barkeeper
