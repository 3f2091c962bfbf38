namespace Vaguemestre.TestKit.Servers;

/// <summary>A Dovecot of the tests' own: IMAP on the loopback, with one mailbox whose messages are files. It needs no rights: without those of root it runs as whoever runs the tests.</summary>
public sealed class DovecotServer : IAsyncDisposable
{
    public const string UserName = "rapports", Password = "secret-de-la-boîte";

    /// <summary>Of Dovecot 2.3 (Debian 12).</summary>
    private const string Configuration23 = """
        protocols = imap
        disable_plaintext_auth = no
        mail_location = maildir:{mail}
        passdb {
          driver = static
          args = password={password}
        }
        userdb {
          driver = static
          args = uid={uid} gid={gid} home={mail}
        }
        ssl = yes
        ssl_cert = <{certificate}
        ssl_key = <{key}
        {lesser}
        """;

    /// <summary>Of Dovecot 2.4 (Debian 13).</summary>
    private const string Configuration24 = """
        dovecot_config_version = 2.4.0
        dovecot_storage_version = 2.4.0
        protocols = imap
        auth_allow_cleartext = yes
        mail_driver = maildir
        mail_path = {mail}
        mail_home = {mail}
        mail_uid = {uid}
        mail_gid = {gid}
        passdb static {
          password = {password}
        }
        userdb static {
        }
        ssl = yes
        ssl_server_cert_file = {certificate}
        ssl_server_key_file = {key}
        {lesser}
        """;

    private const string Common = """

        base_dir = {folder}/run
        state_dir = {folder}/run
        log_path = /dev/stderr
        listen = 127.0.0.1
        default_internal_user = {internal}
        default_internal_group = {group}
        default_login_user = {login}
        mail_max_userip_connections = 100
        service imap-login {
          chroot =
          inet_listener imap {
            port = {port}
          }
          inet_listener imaps {
            port = {tlsport}
            ssl = yes
          }
        }
        service anvil {
          chroot =
        }
        service stats {
          chroot =
        }
        """;

    private readonly TestProcess _process;
    private readonly string _folder;

    private DovecotServer(string folder, int port, int tlsPort, TestProcess process)
    {
        (_folder, Port, TlsPort, _process) = (folder, port, tlsPort, process);
    }

    /// <summary>Where it answers in the clear, and offers STARTTLS.</summary>
    public int Port { get; }

    /// <summary>Where TLS begins at once.</summary>
    public int TlsPort { get; }

    /// <summary>The last lines of its log.</summary>
    public string Log => _process.Output;

    private string Mail => Path.Combine(_folder, "mail");

    /// <param name="certificate">Shown for TLS.</param>
    /// <param name="isLesser">It neither pushes news (IDLE) nor moves messages (MOVE).</param>
    public static async Task<DovecotServer> StartAsync(TestCertificate certificate, bool isLesser = false)
    {
        var dovecot = DebianProgram.Find("dovecot", "dovecot-imapd");
        DebianProgram.Find("imap", "dovecot-imapd", "/usr/lib/dovecot");
        var folder = Directory.CreateTempSubdirectory("vaguemestre-dovecot-").FullName;
        var mail = Directory.CreateDirectory(Path.Combine(folder, "mail")).FullName;
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(mail, part));
        var root = Environment.IsPrivilegedProcess;
        var group = (await Command.RunAsync("id", "-gn")).Trim();
        if (root)
        {
            await Command.RunAsync("chmod", "a+x", folder);
            await Command.RunAsync("chown", "-R", "nobody:nogroup", mail);
        }

        var (port, tlsPort) = (FreePort.Next(), FreePort.Next());
        var version = await Command.RunAsync(dovecot, "--version");
        var (own, lesser) = version.StartsWith("2.3", StringComparison.Ordinal)
            ? (Configuration23, "imap_capability = IMAP4rev1 UIDPLUS LITERAL+")
            : (Configuration24, "imap_capability {\n  IDLE = no\n  MOVE = no\n}");
        var configuration = own + Common;
        foreach (var (name, value) in new (string, string)[]
        {
            ("mail", mail), ("folder", folder), ("password", Password), ("certificate", certificate.CertificateFile), ("key", certificate.KeyFile), ("port", $"{port}"), ("tlsport", $"{tlsPort}"),
            ("uid", await IdAsync("-u", "nobody")), ("gid", await IdAsync("-g", "nobody")), ("lesser", isLesser ? lesser : ""),
            ("internal", root ? "dovecot" : Environment.UserName), ("login", root ? "dovenull" : Environment.UserName), ("group", root ? "dovecot" : group),
        })
            configuration = configuration.Replace("{" + name + "}", value, StringComparison.Ordinal);
        var file = Path.Combine(folder, "dovecot.conf");
        await File.WriteAllTextAsync(file, configuration);

        var process = TestProcess.Start(dovecot, ["-F", "-c", file], folder);
        await process.WaitForPortAsync(port);
        return new DovecotServer(folder, port, tlsPort, process);

        async Task<string> IdAsync(string what, string who) => (root ? await Command.RunAsync("id", what, who) : await Command.RunAsync("id", what)).Trim();
    }

    /// <summary>Puts a message into the mailbox as a delivering server does: written aside, then moved in.</summary>
    public async Task DeliverAsync(byte[] raw)
    {
        var name = $"{Guid.CreateVersion7():N}.test";
        var written = Path.Combine(Mail, "tmp", name);
        await File.WriteAllBytesAsync(written, raw);
        if (Environment.IsPrivilegedProcess)
            await Command.RunAsync("chown", "nobody:nogroup", written);
        File.Move(written, Path.Combine(Mail, "new", name));
    }

    /// <summary>How many messages stand in a folder with these flags (Maildir letters: S seen, F flagged) and no others.</summary>
    public int Count(string folder, string flags)
    {
        var path = folder == "INBOX" ? Mail : Path.Combine(Mail, "." + folder);
        return new[] { "new", "cur" }.Select(part => Path.Combine(path, part)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles)
            .Count(file => (file.Split(":2,") is [_, var letters] ? letters : "") == flags);
    }

    /// <summary>Ends the mailbox's open connections, as a server that restarts does.</summary>
    /// <returns>Whether there was any.</returns>
    public async Task<bool> CutAsync()
    {
        var doveadm = DebianProgram.Find("doveadm", "dovecot-imapd");
        try
        {
            await Command.RunAsync(doveadm, "-c", Path.Combine(_folder, "dovecot.conf"), "kick", UserName);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
