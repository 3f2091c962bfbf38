using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>create-agent</c> and <c>create-key</c>.</summary>
public static class CreateVerbs
{
    private const int ShortestPassword = 12;

    public static Task<int> AgentAsync(string organisation, string name, string email, bool administrator, string[] args, CancellationToken cancel) => Operator.GuardAsync(() =>
        Operator.WithCoreAsync(
            args,
            async services =>
            {
                if (EmailAddress.Parse(email, out var why) is not { } address)
                    return await RefuseAsync($"--email « {email} » : {why}");
                if (!Console.IsInputRedirected)
                    await Console.Error.WriteAsync("Mot de passe : ");
                if (await Console.In.ReadLineAsync(cancel) is not { Length: >= ShortestPassword } password)
                    return await RefuseAsync($"le mot de passe, lu sur l'entrée standard, compte au moins {ShortestPassword} caractères.");

                var db = services.GetRequiredService<VaguemestreDb>();
                var now = services.GetRequiredService<TimeProvider>().Now();
                var folded = address.Folded;
                if (await db.Agents.AnyAsync(a => a.Email == folded, cancel))
                    return await RefuseAsync("un agent a déjà cette adresse.");
                var buyer = await db.Organisations.SingleOrDefaultAsync(o => o.Name == organisation, cancel);
                if (buyer is null)
                    db.Organisations.Add(buyer = new Organisation { Id = Guid.CreateVersion7(now), Name = organisation });
                var agent = new Agent { Id = Guid.CreateVersion7(now), OrganisationId = buyer.Id, Name = name, Email = folded, Role = administrator ? AgentRole.Administrator : AgentRole.Writer };
                agent.SetPassword(password);
                db.Agents.Add(agent);
                await db.SaveChangesAsync(cancel);
                Console.WriteLine($"{name} peut se connecter à {organisation}.");
                return 0;
            },
            cancel));

    public static Task<int> KeyAsync(string organisation, string name, string[] args, CancellationToken cancel) => Operator.GuardAsync(() =>
        Operator.WithCoreAsync(
            args,
            async services =>
            {
                var db = services.GetRequiredService<VaguemestreDb>();
                if (await Operator.ForOrganisationAsync(db, organisation, cancel) is not { } caller)
                    return 2;
                var text = ApiKey.NewText();
                var now = services.GetRequiredService<TimeProvider>().Now();
                db.ApiKeys.Add(new ApiKey { Id = Guid.CreateVersion7(now), OrganisationId = caller.OrganisationId, Name = name, Hash = ApiKey.HashOf(text), CreatedAt = now });
                await db.SaveChangesAsync(cancel);
                Console.WriteLine(text);
                return 0;
            },
            cancel));

    private static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync("Arrêt : " + why);
        return 2;
    }
}
