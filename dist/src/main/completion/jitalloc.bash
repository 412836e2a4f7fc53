# Completion of ./jitalloc for bash: source <(./jitalloc completion bash)
_jitalloc() {
  local word=${COMP_WORDS[COMP_CWORD]#[\"\']}
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "tour exec bpf-plugin completion --help" -- "$word")
    return
  fi
  case ${COMP_WORDS[1]} in
    completion) mapfile -t COMPREPLY < <(compgen -W "bash --help" -- "$word") ;;
    tour | bpf-plugin) mapfile -t COMPREPLY < <(compgen -W "--help" -- "$word") ;;
    exec)
      # A colon divides words for readline; what is completed is the part behind it.
      local commands="bpf:run bpf:vectors bpf:list mem:stats mem:map mem:targets jitalloc:tour help"
      mapfile -t COMPREPLY < <(compgen -W "$commands --help" -- "$word")
      ;;
  esac
}
complete -F _jitalloc ./jitalloc jitalloc
