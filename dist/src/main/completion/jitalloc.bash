# Completion of ./jitalloc for bash: source <(./jitalloc completion bash)
_jitalloc() {
  local word=${COMP_WORDS[COMP_CWORD]#[\"\']}
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "tour exec bpf-plugin bench completion --help --version" -- "$word")
    return
  fi
  case ${COMP_WORDS[1]} in
    completion) mapfile -t COMPREPLY < <(compgen -W "bash --help" -- "$word") ;;
    tour | bpf-plugin) mapfile -t COMPREPLY < <(compgen -W "--help" -- "$word") ;;
    bench)
      if [ "$COMP_CWORD" -eq 2 ]; then
        mapfile -t COMPREPLY < <(compgen -W "alloc trace grow creep bpf calls ftrace kprobes guard modules jmh --help" -- "$word")
        return
      fi
      case ${COMP_WORDS[2]} in
        alloc) mapfile -t COMPREPLY < <(compgen -f -W "--threads --write --runs --no-peer --help" -- "$word") ;;
        grow) mapfile -t COMPREPLY < <(compgen -W "--operations --runs --most --no-peer --help" -- "$word") ;;
        creep) mapfile -t COMPREPLY < <(compgen -f -W "--operations --seed --svg --csv --help" -- "$word") ;;
        bpf) mapfile -t COMPREPLY < <(compgen -W "--runs --millis --help" -- "$word") ;;
        ftrace) mapfile -t COMPREPLY < <(compgen -W "--sites --records --runs --help" -- "$word") ;;
        kprobes) mapfile -t COMPREPLY < <(compgen -W "--probes --runs --help" -- "$word") ;;
        modules) mapfile -t COMPREPLY < <(compgen -d -W "--runs --no-peer --help" -- "$word") ;;
        calls) mapfile -t COMPREPLY < <(compgen -W "--functions --bytes --runs --help" -- "$word") ;;
        jmh) mapfile -t COMPREPLY < <(compgen -W "AllocateFree Find FunctionCall PokeBatch --help" -- "$word") ;;
        guard) mapfile -t COMPREPLY < <(compgen -W "--help" -- "$word") ;;
        trace) mapfile -t COMPREPLY < <(compgen -f -W "jit mod grow --seed --live --operations --help" -- "$word") ;;
      esac
      ;;
    exec)
      # A colon divides words for readline; what is completed is the part behind it.
      local commands="bpf:run bpf:vectors bpf:list mem:stats mem:map mem:owners mem:leaks mem:targets mod:load mod:request mod:list mod:sym mod:report mod:unload mod:call mod:info mod:stats mod:depmod mod:resolve mod:origin mod:simulate trace:sites trace:filter trace:notrace trace:tracer trace:on trace:off trace:show probe:events probe:enable probe:disable probe:show probe:profile probe:list probe:blacklist jitalloc:tour help"
      mapfile -t COMPREPLY < <(compgen -W "$commands --help" -- "$word")
      ;;
  esac
}
complete -F _jitalloc ./jitalloc jitalloc
