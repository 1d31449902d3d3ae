//! What this machine is and does. Linux tells it.

use std::fs;

/// Processor time spent on all cores since the machine started, in seconds.
pub(crate) fn busy() -> f64 {
    let text = fs::read_to_string("/proc/stat").expect("Linux, which tells what its processors do");
    let total = text.lines().next().expect("a line for all processors");
    let ticks: Vec<f64> = total
        .split_ascii_whitespace()
        .skip(1)
        .map(|number| number.parse().expect("a number"))
        .collect();
    // user, nice, system, idle, iowait, irq, softirq
    let spent = [0, 1, 2, 5, 6].iter().map(|column| ticks[*column]);
    spent.sum::<f64>() / ticks_per_second()
}

fn ticks_per_second() -> f64 {
    let ticks = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK);
    ticks.ok().flatten().map_or(100.0, |ticks| ticks as f64)
}

/// Processor, cores, memory and system, in words.
pub(crate) fn facts() -> String {
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':'));
        value.map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| "a processor".to_owned());
    let memory = line("/proc/meminfo", "MemTotal").and_then(|text| {
        let kibibytes: f64 = text.strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes / 1_048_576.0)
    });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{cores} cores of {processor}, {:.0} GiB, Linux {}",
        memory.unwrap_or(f64::NAN),
        kernel.trim()
    )
}
