using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DecisionServer.Options.Rules;

/// <summary>An https address needs a certificate with its key; a certificate is loaded at once, so that a bad one shows at start.</summary>
internal sealed class CertificateRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        ListenOptions listen = options.Listen;
        bool https = listen.Grpc.Scheme == "https" || listen.Http.Scheme == "https";
        if (listen.CertificateFile.Length == 0)
        {
            if (https)
                errors.Add("Listen:CertificateFile: is needed for https; give a PEM or PKCS #12 file");
            if (listen.CertificateKeyFile.Length > 0 || listen.CertificatePassword.Length > 0)
                errors.Add("Listen:CertificateFile: is missing, though its key or password is given");
            return options;
        }

        if (!https)
        {
            errors.Add("Listen:CertificateFile: is given, but neither Listen:Grpc nor Listen:Http is an https address");
            return options;
        }

        try
        {
            return options with { Listen = listen with { Certificate = Load(listen) } };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"Listen:CertificateFile: \"{listen.CertificateFile}\" cannot be used: {e.Message}");
            return options;
        }
    }

    private static X509Certificate2 Load(ListenOptions listen)
    {
        string? password = listen.CertificatePassword.Length > 0 ? listen.CertificatePassword : null;
        if (X509Certificate2.GetCertContentType(listen.CertificateFile) == X509ContentType.Pkcs12)
            return X509CertificateLoader.LoadPkcs12FromFile(listen.CertificateFile, password);
        string? key = listen.CertificateKeyFile.Length > 0 ? listen.CertificateKeyFile : null;
        return password is null
            ? X509Certificate2.CreateFromPemFile(listen.CertificateFile, key)
            : X509Certificate2.CreateFromEncryptedPemFile(listen.CertificateFile, password, key);
    }
}
